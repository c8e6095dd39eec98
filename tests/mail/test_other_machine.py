"""A web host's own server, or a scanner, answers in the provider's place: said as such, by probe and by sending."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mailspec.mail.check import probe
from mailspec.mail.transmit import Connection

Serve = Callable[[Callable[[Any], None]], Any]
HOSTER = b"220-server.hosting.example ESMTP Exim 4.96 #2\r\n220 and no spam\r\n"
OFFER = b"250-server.hosting.example\r\n250 AUTH PLAIN LOGIN\r\n"
REFUSED = b"535 Incorrect authentication data\r\n"


def refusing(greeting: bytes) -> Callable[[Any], None]:
    def script(talk: Any) -> None:
        talk.say(greeting)
        talk.hear()
        talk.say(OFFER)
        talk.obey(auth=REFUSED)

    return script


def test_a_refused_sign_in_behind_a_strangers_greeting_is_another_machine(stand_in: Serve) -> None:
    result = probe(stand_in(refusing(HOSTER)).account(provider="zoho"))
    assert (result.category, result.detail) == ("auth_failed", "other_machine")
    assert "server.hosting.example answered" in str(result.advice)
    assert result.smtp_code == 535


@pytest.mark.parametrize(
    ("provider", "greeting"),
    [("zoho", b"220 mx.zoho.com Zoho Mail ESMTP\r\n"), (None, HOSTER), ("mailbox_org", HOSTER)],
    ids=["own greeting", "no provider", "a provider whose names are not known"],
)
def test_a_refused_sign_in_at_the_server_that_was_meant_is_about_the_password(
    stand_in: Serve, provider: str | None, greeting: bytes
) -> None:
    result = probe(stand_in(refusing(greeting)).account(provider=provider))
    assert (result.category, result.detail) == ("auth_failed", "bad_credentials")


def test_a_strangers_certificate_in_front_of_a_known_provider_is_another_machine(stand_in: Serve) -> None:
    def script(talk: Any) -> None:
        talk.say(HOSTER)
        talk.hear()
        talk.say(b"250-server.hosting.example\r\n250 STARTTLS\r\n")
        talk.hear()
        talk.say(b"220 go on\r\n")
        talk.encrypt()

    account = stand_in(script).account(provider="zoho", security="starttls", ca_file=None)
    result = probe(account)
    assert (result.stage, result.category, result.detail) == ("tls", "certificate", "other_machine")
    assert "ca_file" not in str(result.advice)


def test_sending_says_it_too(stand_in: Serve) -> None:
    connection = Connection(stand_in(refusing(HOSTER)).account(provider="zoho"))
    trouble = connection.send(b"From: a@acme.example\r\n\r\nhi\r\n", "a@acme.example", ["b@acme.example"]).trouble
    assert trouble is not None
    assert (trouble.category, trouble.detail) == ("auth_failed", "other_machine")
