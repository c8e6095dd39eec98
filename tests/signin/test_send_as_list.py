"""Google's list of addresses (MS206) at a stand-in. It is NOT Google: it checks what the reference states, no more."""

from __future__ import annotations

from typing import Any

import pytest

from mailspec.mail.check import Occasion, probe, send_test
from mailspec.mail.send_as_list import google_list
from mailspec.outcome.secret import Secret
from mailspec.signin.source import ApplicationToken

ALICE, BILLING = "alice@acme.example", "billing@acme.example"
PATH = "/gmail/v1/users/me/settings/sendAs"
ENTRIES = [
    {"sendAsEmail": ALICE, "displayName": "Alice", "isPrimary": True, "isDefault": True},
    {"sendAsEmail": BILLING, "displayName": "", "treatAsAlias": True, "verificationStatus": "accepted"},
]


class Gmail:
    """Answers ``GET .../settings/sendAs`` to who shows the token; anything else is refused."""

    def __init__(self, token: str, entries: Any = None) -> None:
        self.token, self.entries = token, ENTRIES if entries is None else entries
        self.asked = 0

    def __call__(self, handler: Any) -> None:
        self.asked += 1
        if handler.command != "GET" or handler.path != PATH:
            return handler.say(404, {"error": {"code": 404, "message": "Not Found"}})
        if handler.headers.get("Authorization") != f"Bearer {self.token}":
            return handler.say(401, {"error": {"code": 401, "message": "Invalid Credentials"}})
        return handler.say(200, {"sendAs": self.entries} if isinstance(self.entries, list) else self.entries)


@pytest.fixture
def token(issuer: Any) -> ApplicationToken:
    return ApplicationToken(
        issuer.client(client_id="svc", grant="client_credentials", secret=lambda: Secret("svc-s3cret"))
    )


def account(mail: Any, stand_in: Any, token: Any, sender: str = BILLING, **changes: Any) -> Any:
    ask = google_list(f"https://localhost:{stand_in.port}{PATH}", ca_file=stand_in.ca_file, timeout=5.0, **changes)
    return mail.account(token=token, from_email=sender, aliases=ask)


def stand(stand_in: Any, token: ApplicationToken, entries: Any = None) -> Gmail:
    found = token.get()
    assert isinstance(found, Secret)
    gmail = stand_in.answer = Gmail(found.reveal(), entries)
    return gmail


@pytest.mark.service("token_mail")
def test_an_accepted_alias_is_proven(token_mail: Any, stand_in_issuer: Any, token: Any) -> None:
    gmail = stand(stand_in_issuer, token)
    for result in (
        probe(account(token_mail, stand_in_issuer, token)),
        send_test(account(token_mail, stand_in_issuer, token), "bob@acme.example", about=Occasion("0")),
    ):
        assert result.status in ("passed", "sent"), result
        assert result.reason == f"Google lists {BILLING} as an address of {ALICE}"
    assert gmail.asked == 2


@pytest.mark.service("token_mail")
def test_the_accounts_own_address_is_not_asked_about(token_mail: Any, stand_in_issuer: Any, token: Any) -> None:
    gmail = stand(stand_in_issuer, token)
    assert probe(account(token_mail, stand_in_issuer, token, ALICE)).status == "passed"
    assert gmail.asked == 0


@pytest.mark.service("token_mail")
@pytest.mark.parametrize(
    ("entries", "category", "words"),
    [
        (ENTRIES[:1], "send_as_denied", "does not list"),
        ([*ENTRIES[:1], {**ENTRIES[1], "verificationStatus": "pending"}], "sender_unverified", "not confirmed"),
    ],
    ids=["not_listed", "pending"],
)
def test_what_would_be_replaced_fails_before_a_message_is_sent(
    token_mail: Any, stand_in_issuer: Any, token: Any, entries: Any, category: str, words: str
) -> None:
    stand(stand_in_issuer, token, entries)
    for result in (
        probe(account(token_mail, stand_in_issuer, token)),
        send_test(account(token_mail, stand_in_issuer, token), "bob@acme.example", about=Occasion("0")),
    ):
        assert (result.status, result.category, result.detail) == ("failed", category, "alias")
        assert words in str(result.reason)
        assert BILLING in str(result.advice)


@pytest.mark.service("token_mail")
@pytest.mark.parametrize("fault", ["forbidden", "no_list", "other_token", "down"])
def test_where_google_does_not_say_it_is_called_not_proven(
    token_mail: Any, stand_in_issuer: Any, token: Any, fault: str
) -> None:
    gmail = stand(stand_in_issuer, token, {"sendAs": 1} if fault == "no_list" else None)
    changes: dict[str, Any] = {}
    if fault == "other_token":
        gmail.token = "another"
    if fault == "down":
        stand_in_issuer.answer = lambda handler: handler.say(503, b"", "text/plain")
    if fault == "forbidden":
        changes["forbids"] = lambda host, _port: f"{host} is outside the limits"
    result = probe(account(token_mail, stand_in_issuer, token, **changes))
    assert result.status == "passed"
    assert "is not proven: " in str(result.reason)
    assert gmail.asked == (0 if fault in ("forbidden", "down") else 1)
