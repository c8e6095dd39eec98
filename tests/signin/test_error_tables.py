"""Every row of both error tables: at the token endpoint, at Graph, and by ``diagnose``."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mailspec.diagnosis.details import DETAILS
from mailspec.diagnosis.diagnose import diagnose
from mailspec.diagnosis.graph import explain_graph_error
from mailspec.diagnosis.graph import table as graph_table
from mailspec.diagnosis.token import explain_token_error
from mailspec.diagnosis.token import table as token_table
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import STATES, Problem
from mailspec.signin.source import ApplicationToken

TOKEN = token_table()
# The words that a row with `words` wants, and those of Microsoft's own documentation or of reports.
WORDS = {
    "expired or revoked": "Token has been expired or revoked.",
    "unauthorized to retrieve access tokens using this method|not authorized for any of the scopes": (
        "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the"
        " scopes requested."
    ),
    "audience": "Access token validation failure. Invalid audience.",
    "OData is disabled": "Access to OData is disabled.",
    "delegated authentication flow": "/me request is only valid with delegated authentication flow.",
}
NUMBERS = [(code, row) for row in TOKEN["numbers"] for code in row["codes"]]
# The number comes with one of these; which one does not change what it means.
WITH = {"config_invalid": "unauthorized_client", "auth_failed": "invalid_grant"}


def entra(code: int, error: str) -> dict[str, Any]:
    """Microsoft's form of an error answer (its page of error codes, read 2026-11-27)."""
    return {
        "error": error,
        "error_description": f"AADSTS{code}: Words that change. Trace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333",
        "error_codes": [code],
        "timestamp": "2026-11-27 23:00:00Z",
        "error_uri": f"https://login.microsoftonline.com/error?code={code}",
    }


def asked(stand_in: Any, body: Any, microsoft: bool, status: int = 400) -> Problem:
    stand_in.answer = lambda handler: handler.say(status, body)
    client = stand_in.client(grant="client_credentials", secret=lambda: Secret("s3cret"), microsoft=microsoft)
    found = ApplicationToken(client).get()
    assert isinstance(found, Problem)
    return found


@pytest.mark.parametrize(("code", "row"), NUMBERS, ids=[str(code) for code, _ in NUMBERS])
@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
def test_each_number_gives_its_state(stand_in_issuer: Any, code: int, row: dict[str, Any], microsoft: bool) -> None:
    body = entra(code, WITH.get(row["category"], "invalid_request"))
    found = asked(stand_in_issuer, body, microsoft)
    assert (found.state, found.category, found.detail, found.who) == (
        row["state"],
        row["category"],
        row.get("detail"),
        row["who"],
    )
    assert f"AADSTS{code}" in str(found.reply)
    assert found.advice
    diagnosis = diagnose(json.dumps(body))
    assert (diagnosis.category, diagnosis.detail, diagnosis.advice) == (found.category, found.detail, found.advice)
    assert diagnose(body["error_description"]).detail == found.detail


ERRORS = [(row["error"], WORDS.get(row.get("words", ""), ""), row) for row in TOKEN["errors"]]


@pytest.mark.parametrize(("error", "words", "row"), ERRORS, ids=[f"{e}-{w[:10]}" for e, w, _ in ERRORS])
@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
def test_each_error_gives_its_state(
    stand_in_issuer: Any, error: str, words: str, row: dict[str, Any], microsoft: bool
) -> None:
    found = asked(stand_in_issuer, {"error": error, "error_description": words}, microsoft)
    assert (found.state, found.category, found.detail) == (row["state"], row["category"], row["detail"])
    for text in (json.dumps({"error": error, "error_description": words}), f"{error}: {words}", f"({error}) {words}"):
        diagnosis = diagnose(text)
        assert (diagnosis.category, diagnosis.detail) == (found.category, found.detail), text


@pytest.mark.parametrize("row", TOKEN["suberrors"], ids=lambda row: row["suberror"])
@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
def test_each_suberror_gives_its_state(stand_in_issuer: Any, row: dict[str, Any], microsoft: bool) -> None:
    body = {"error": "invalid_grant", "error_description": "words", "suberror": row["suberror"]}
    found = asked(stand_in_issuer, body, microsoft)
    assert (found.state, found.category, found.detail) == (row["state"], row["category"], row["detail"])


def test_a_number_beats_the_suberror_and_that_the_error() -> None:
    found = explain_token_error("invalid_grant", "AADSTS50173: x", suberror="bad_token")
    assert found.state == "revoked"
    assert explain_token_error("invalid_grant", "x", suberror="basic_action").state == "interaction_required"


def test_an_error_that_nobody_knows_keeps_the_issuers_words() -> None:
    found = explain_token_error("brand_new_error", "AADSTS9999999: something new")
    assert (found.state, found.who) == ("unknown", "administrator")
    assert found.reply == "brand_new_error: AADSTS9999999: something new"


@pytest.mark.parametrize(
    "text",
    [
        "535 5.7.8 Username and Password not accepted",
        "450 4.2.0 Recipient address rejected: Greylisted",
        "smtp_error: connection refused",
        "dial tcp 127.0.0.1:465: connect: connection refused",
        "error: certificate has expired",
        "554 5.7.1 <x@y.example>: Relay access denied",
    ],
)
def test_what_mail_servers_say_is_no_token_endpoints_answer(text: str) -> None:
    assert "issuer" not in diagnose(text).advice


def test_every_row_of_the_tables_is_sound() -> None:
    seen: set[int] = set()
    for row in [row for rows in TOKEN.values() for row in rows]:
        assert row["state"] in STATES
        assert row["detail"] in DETAILS[row["category"]]
        assert row["who"] in ("person", "administrator", "nobody")
        assert row["source"] in ("rfc", "entra", "google", "article", "field")
        for code in row.get("codes", ()):
            assert code not in seen
            seen.add(code)
    for row in graph_table():
        assert row.get("detail") in (None, *DETAILS[row["category"]])
        assert row["source"] in ("doc", "issues", "unchecked")


GRAPH = graph_table()
BY_CODE = [row for row in GRAPH if "code" in row]
BY_STATUS = [row for row in GRAPH if "status" in row]


@pytest.mark.parametrize("row", BY_CODE, ids=lambda row: f"{row['code']}-{row.get('words', '')[:8]}")
def test_each_code_of_graph(row: dict[str, Any]) -> None:
    message = WORDS.get(row.get("words", ""), "Words that change.")
    body = json.dumps({"error": {"code": row["code"], "message": message, "innerError": {"request-id": "1"}}})
    found = explain_graph_error(418, body)
    assert (found.category, found.detail, found.retry) == (row["category"], row.get("detail"), row.get("retry", False))
    diagnosis = diagnose(body)
    assert (diagnosis.category, diagnosis.detail) == (row["category"], row.get("detail"))
    assert diagnosis.advice


@pytest.mark.parametrize("row", BY_STATUS, ids=lambda row: str(row["status"]))
def test_each_status_of_graph(row: dict[str, Any]) -> None:
    for body in ("", "<html>", "{}", '{"error": {"code": "Unheard", "message": "x"}}'):
        found = explain_graph_error(row["status"], body)
        assert (found.category, found.detail) == (row["category"], row.get("detail"))


def test_the_innermost_code_counts() -> None:
    inner = {"code": "ErrorSendAsDenied", "innererror": {"date": "x"}}
    body = json.dumps({"error": {"code": "ErrorAccessDenied", "message": "x", "innerError": inner}})
    assert explain_graph_error(403, body).category == "send_as_denied"
