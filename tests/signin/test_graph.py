"""Microsoft Graph's sendMail against a stand-in. It is NOT Graph: it checks what the documentation states, no more."""

from __future__ import annotations

import base64
import email
import email.policy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailspec.diagnosis.graph import table
from mailspec.mail.account import Account
from mailspec.mail.check import Occasion, probe, send_test
from mailspec.mail.transmit import Connection
from mailspec.outcome.secret import Secret
from mailspec.signin.login import login
from mailspec.signin.source import ApplicationToken, GivenToken, StoredToken
from mailspec.signin.store import Record, Store
from mailspec.workflow.accounts.sending_accounts import senders
from mailspec.workflow.mailtest.mail_tests import MailTest
from mailspec.workflow.workspace import open_workspace

ALICE, BILLING, BOB = "alice@acme.example", "billing@acme.example", "bob@acme.example"
ABOUT = Occasion("0")
RIGHTS = {ALICE: {ALICE, BILLING}}


def error(code: str, message: str = "Words that change.") -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "innerError": {"request-id": "0-1"}}}


class Graph:
    """Answers POST /v1.0/{me|users/ID}/sendMail as Microsoft's page says, and keeps what it took."""

    def __init__(self, issuer: Any) -> None:
        self.issuer = issuer
        self.taken: list[tuple[str, bytes]] = []

    def __call__(self, handler: Any) -> None:
        stand = handler.server.stand
        path, body = stand.seen[-1]
        headers = stand.headers[-1]
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        found = self.issuer.introspect(token) if scheme == "Bearer" else {}
        parts = path.strip("/").split("/")
        if not found.get("active"):
            return handler.say(401, error("InvalidAuthenticationToken", "Lifetime validation failed."))
        if found.get("aud") != "https://graph.microsoft.com":
            return handler.say(401, error("InvalidAuthenticationToken", "Invalid audience."))
        if parts[0] != "v1.0" or parts[-1] != "sendMail":
            return handler.say(400, error("BadRequest"))
        application = "sub" not in found
        mailbox = found.get("email") if parts[1] == "me" else parts[2]
        if application and parts[1] == "me":
            return handler.say(
                400, error("InvalidRequest", "/me request is only valid with delegated authentication flow.")
            )
        if "Mail.Send" not in found.get("scope", "").split():
            return handler.say(403, error("ErrorAccessDenied", "Access is denied. Check credentials and try again."))
        if mailbox not in (ALICE, BILLING):
            return handler.say(404, error("ErrorInvalidUser"))
        if headers.get("Content-Type") != "text/plain":
            return handler.say(415, error("UnsupportedMediaType"))
        try:
            raw = base64.b64decode(body, validate=True)
        except ValueError:
            return handler.say(400, error("ErrorMimeContentInvalidBase64String"))
        message = email.message_from_bytes(raw, policy=email.policy.default)
        sender = message["From"].addresses[0].addr_spec
        if sender != mailbox and sender not in RIGHTS.get(mailbox, ()):
            return handler.say(
                403, error("ErrorSendAsDenied", "The user account does not have the right to send mail.")
            )
        self.taken.append((mailbox, raw))
        return handler.say(202, b"", "text/plain", request_id="7b1c0a9e-0000-4000-8000-000000000000")


def account(stand_in: Any, **changes: Any) -> Account:
    settings: dict[str, Any] = {
        "name": "M365",
        "host": "localhost",
        "port": stand_in.port,
        "security": "tls",
        "method": "xoauth2",
        "transport": "graph",
        "username": ALICE,
        "from_email": ALICE,
        "ca_file": stand_in.ca_file,
        "provider": "microsoft365",
        "timeout": 5.0,
    }
    return Account(**{**settings, **changes})


def application(issuer: Any, client_id: str = "svc-graph") -> ApplicationToken:
    secret = Secret(f"{client_id}-s3cret")
    scopes = ("User.Read",) if client_id == "svc-none" else ("Mail.Send",)
    client = issuer.client(
        client_id=client_id, grant="client_credentials", resource="graph", scopes=scopes, secret=lambda: secret
    )
    return ApplicationToken(client)


@pytest.fixture
def graph(issuer: Any, stand_in_issuer: Any) -> Graph:
    stand_in_issuer.answer = Graph(issuer)
    found: Graph = stand_in_issuer.answer
    return found


@pytest.mark.service("issuer")
def test_a_person_sends_as_themselves_and_as_another(
    issuer: Any, stand_in_issuer: Any, graph: Graph, state_home: Callable[[], Any]
) -> None:
    import threading

    class Screen:
        def open(self, url: str) -> None: ...
        def ask(self, prompt: str) -> str:
            return ""

        def code(self, page: str, code: str) -> None:
            threading.Thread(target=issuer.sign_in, args=(f"{page}?user_code={code}",), daemon=True).start()

    client = issuer.client(client_id="graph", resource="graph", scopes=("Mail.Send",), microsoft=True)
    assert isinstance(login(client, Store(), "device", Screen(), seconds=60), Record)
    source = StoredToken(client, Store())
    for sender in (ALICE, BILLING):
        result = send_test(account(stand_in_issuer, token=source, from_email=sender), BOB, about=ABOUT)
        assert (result.status, result.smtp_code) == ("sent", None), result
        assert result.server_id == "7b1c0a9e-0000-4000-8000-000000000000"
        message = email.message_from_bytes(graph.taken[-1][1], policy=email.policy.default)
        assert message["From"].addresses[0].addr_spec == sender
        assert message["Auto-Submitted"]
    denied = send_test(account(stand_in_issuer, token=source, from_email=BOB), BOB, about=ABOUT)
    assert (denied.stage, denied.category, denied.detail) == ("data", "send_as_denied", "header")
    assert "ErrorSendAsDenied" in str(denied.server_reply)


@pytest.mark.service("issuer")
def test_an_application_uses_the_mailbox_that_it_names(issuer: Any, stand_in_issuer: Any, graph: Graph) -> None:
    source = application(issuer)
    assert send_test(account(stand_in_issuer, token=source, mailbox=ALICE), BOB, about=ABOUT).status == "sent"
    assert graph.taken[-1][0] == ALICE
    me = send_test(account(stand_in_issuer, token=source), BOB, about=ABOUT)
    assert (me.category, me.detail) == ("config_invalid", "mailbox")
    stranger = send_test(account(stand_in_issuer, token=source, mailbox="eve@acme.example"), BOB, about=ABOUT)
    assert (stranger.category, stranger.detail) == ("config_invalid", "mailbox")
    lacking = send_test(
        account(stand_in_issuer, token=application(issuer, "svc-none"), mailbox=ALICE), BOB, about=ABOUT
    )
    assert (lacking.category, lacking.detail) == ("auth_failed", "permission")


@pytest.mark.service("issuer")
def test_the_queue_sends_by_graph_to_whom_the_header_names(issuer: Any, stand_in_issuer: Any, graph: Graph) -> None:
    connection = Connection(account(stand_in_issuer, token=application(issuer), mailbox=ALICE))
    content = f"From: {ALICE}\r\nTo: {BOB}\r\nSubject: x\r\n\r\nhello\r\n".encode()
    assert connection.send(content, ALICE, [BOB]).accepted == (BOB,)
    other = connection.send(content, ALICE, ["eve@other.example"])
    assert other.trouble is not None
    assert other.trouble.category == "config_invalid"
    assert len(graph.taken) == 1


SPEC = """\
version: 1
instance: {id: acme, name: Acme}
configurations:
  - name: M365
    mode: office365
    transport: graph
    auth: {username: alice@acme.example, oauth: {token: {env: GRAPH_TOKEN}}}
    from: alice@acme.example
    may_send_as: [billing@acme.example, eve@acme.example]
general:
  users: {mode: office365}
  bulk: {mode: office365, configuration: M365, mobile_from: billing@acme.example}
users:
  - {email: alice@acme.example, account: {transport: graph, oauth: {token: {env: GRAPH_TOKEN}}}}
mailings:
  - {name: invoices, mode: general, send_as: billing@acme.example}
  - {name: refused, mode: general, send_as: eve@acme.example}
"""


@pytest.mark.service("issuer")
def test_people_mailings_bulk_and_mobile_mail_go_by_graph(
    issuer: Any, stand_in_issuer: Any, graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = application(issuer).get()
    assert isinstance(token, Secret)
    monkeypatch.setenv("GRAPH_TOKEN", token.reveal())
    (tmp_path / "mailspec.yml").write_text(SPEC)
    tests = MailTest(open_workspace(str(tmp_path)))
    settings = tests.sending(tests.objects((), everything=True))
    made = senders(str(tmp_path), settings, tests.workspace.secrets)
    assert made.results == []
    found = {}
    for one in made.accounts:
        assert (one.transport, one.host, one.port) == ("graph", "graph.microsoft.com", 443)
        here = replace(one, host="localhost", port=stand_in_issuer.port, ca_file=stand_in_issuer.ca_file)
        found[one.kind, one.name] = send_test(here, BOB, about=ABOUT)
    assert {who: (result.status, result.proven) for who, result in found.items()} == {
        ("configuration", "M365"): ("sent", "accepted"),
        ("bulk", "bulk"): ("sent", "accepted"),
        ("mobile", "mobile"): ("sent", "accepted"),
        ("user", ALICE): ("sent", "accepted"),
        ("mailing", "invoices"): ("sent", "accepted"),
        ("mailing", "refused"): ("failed", "sign_in"),
    }
    denied = found["mailing", "refused"]
    assert (denied.category, denied.detail) == ("send_as_denied", "header")
    senders_seen = [email.message_from_bytes(raw, policy=email.policy.default)["From"] for _, raw in graph.taken]
    assert sorted(str(one).partition("<")[2].strip(">") or str(one) for one in senders_seen) == [
        *[ALICE] * 3,
        *[BILLING] * 2,
    ]


def test_a_probe_gets_a_token_and_sends_nothing(stand_in_issuer: Any) -> None:
    assert probe(account(stand_in_issuer, token=GivenToken(lambda: Secret("opaque")))).status == "passed"
    assert stand_in_issuer.seen == []


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"scp": "Mail.Send User.Read"}, "passed"),
        ({"roles": ["Mail.Send"]}, "passed"),
        ({"scp": "User.Read"}, "failed"),
    ],
)
def test_a_probe_reads_the_permissions_of_a_readable_token(
    stand_in_issuer: Any, claims: dict[str, Any], status: str
) -> None:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    result = probe(account(stand_in_issuer, token=GivenToken(lambda: Secret(f"eyJ9.{body}.sig"))))
    assert result.status == status
    assert (result.detail == "permission") == (status == "failed")


@pytest.mark.parametrize("row", table(), ids=lambda row: str(row.get("code", row.get("status"))))
def test_each_row_of_the_table_is_a_result(stand_in_issuer: Any, row: dict[str, Any]) -> None:
    texts = {
        "audience": "Invalid audience.",
        "OData": "Access to OData is disabled.",
        "delegated": "delegated authentication flow",
    }
    words = str(row.get("words", ""))
    message = next((text for word, text in texts.items() if word in words), "Words.")
    body = error(row["code"], message) if "code" in row else {}
    stand_in_issuer.answer = lambda handler: handler.say(row.get("status", 400), body)
    result = send_test(account(stand_in_issuer, token=GivenToken(lambda: Secret("t"))), BOB, about=ABOUT)
    assert (result.status, result.category, result.detail) == ("failed", row["category"], row.get("detail"))
    assert result.advice
    assert result.server_id


def test_throttling_says_how_long(stand_in_issuer: Any) -> None:
    stand_in_issuer.answer = lambda handler: handler.say(429, error("ApplicationThrottled"), Retry_After="10")
    result = send_test(account(stand_in_issuer, token=GivenToken(lambda: Secret("t"))), BOB, about=ABOUT)
    assert result.category == "rate_limited"
    assert "10 seconds" in str(result.reason)


def test_a_refused_token_is_renewed_once(stand_in_issuer: Any) -> None:
    given = iter(["old", "new", "newer"])

    def read() -> Secret:
        return Secret(next(given))

    def answer(handler: Any) -> None:
        fresh = handler.server.stand.headers[-1]["Authorization"] == "Bearer new"
        handler.say(202 if fresh else 401, b"" if fresh else error("InvalidAuthenticationToken"))

    stand_in_issuer.answer = answer
    assert send_test(account(stand_in_issuer, token=GivenToken(read, read)), BOB, about=ABOUT).status == "sent"
    assert len(stand_in_issuer.seen) == 2


def test_a_redirect_is_not_followed_with_the_token(stand_in_issuer: Any) -> None:
    target = f"https://localhost:{stand_in_issuer.port}/elsewhere"
    stand_in_issuer.answer = lambda handler: handler.say(307, {}, Location=target)
    result = send_test(account(stand_in_issuer, token=GivenToken(lambda: Secret("t"))), BOB, about=ABOUT)
    assert result.status == "failed"
    assert len(stand_in_issuer.seen) == 1


def test_graph_that_is_down(stand_in_issuer: Any) -> None:
    result = send_test(account(stand_in_issuer, port=1, token=GivenToken(lambda: Secret("t"))), BOB, about=ABOUT)
    assert (result.stage, result.category) == ("connect", "connection_refused")
