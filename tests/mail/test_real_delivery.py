"""Test messages through a real Postfix, whose log proves how they came in."""

from __future__ import annotations

from typing import Any

import pytest

from mailspec.mail.check import Occasion, probe, send_test

pytestmark = pytest.mark.service("postfix")

BOB = "bob@acme.example"
ABOUT = Occasion("0.1.0", instance="Acme Hub", environment="staging")
MECHANISMS = {"plain": "PLAIN", "login": "LOGIN", "cram_md5": "CRAM-MD5"}


@pytest.mark.parametrize("method", MECHANISMS)
@pytest.mark.parametrize("listener", ["tls", "starttls"])
def test_delivered(mail_server: Any, listener: str, method: str) -> None:
    account = mail_server.account(listener, method=method)
    result = send_test(account, BOB, about=ABOUT)
    assert (result.status, result.stage, result.category) == ("sent", "data", None)
    assert result.server_id is not None

    message = mail_server.delivered(result.server_id)
    assert message["From"] == "Alice <alice@acme.example>"
    assert message["Return-Path"] == "<alice@acme.example>"
    assert "configuration Primary" in message.get_content()

    log = mail_server.session_of(result.server_id)
    assert f"postfix/{listener}/smtpd" in log
    assert f"sasl_method={MECHANISMS[method]}, sasl_username=alice@acme.example" in log
    assert "TLS connection established from" in log
    # EHLO a second time and STARTTLS once, or neither: that is how the session was encrypted. One AUTH, no trying.
    asked = "ehlo=2 starttls=1" if listener == "starttls" else "ehlo=1"
    assert f"{asked} auth=1 mail=1 rcpt=1 data=1 quit=1" in log


@pytest.mark.parametrize("listener", ["tls", "starttls"])
def test_a_probe_leaves_no_message(mail_server: Any, listener: str) -> None:
    before = len(mail_server.inbox(BOB))
    result = probe(mail_server.account(listener), BOB)
    assert (result.status, result.stage, result.reason) == ("passed", "rcpt_to", None)
    assert len(mail_server.inbox(BOB)) == before


def test_a_probe_without_a_recipient_asks_for_the_sender(mail_server: Any) -> None:
    result = probe(mail_server.account())
    assert (result.status, result.stage) == ("passed", "mail_from")


def test_without_encryption_and_sign_in(mail_server: Any) -> None:
    result = send_test(
        mail_server.account("stripped", security="none", method="none", from_email="hub@else.example"),
        BOB,
        about=ABOUT,
    )
    assert result.status == "sent"
    assert "ehlo=1 mail=1 rcpt=1 data=1 quit=1" in mail_server.session_of(result.server_id)


def test_signing_in_without_encryption_is_permitted_on_this_machine(mail_server: Any) -> None:
    result = send_test(mail_server.account("stripped", security="none"), BOB, about=ABOUT)
    assert result.status == "sent"


def test_on_behalf_of_somebody(mail_server: Any) -> None:
    account = mail_server.account(from_email="ceo@acme.example", from_name="CEO", sender="alice@acme.example")
    result = send_test(account, BOB, about=ABOUT)
    message = mail_server.delivered(result.server_id)
    assert (message["From"], message["Sender"]) == ("CEO <ceo@acme.example>", "alice@acme.example")
    assert message["Return-Path"] == "<alice@acme.example>"


def test_as_somebody_else_where_it_is_permitted(mail_server: Any) -> None:
    result = send_test(mail_server.account(from_email="team@acme.example"), BOB, about=ABOUT)
    assert mail_server.delivered(result.server_id)["Return-Path"] == "<team@acme.example>"


def test_all_that_an_account_can_say(mail_server: Any) -> None:
    account = mail_server.account(
        from_name="Bücher & Söhne",
        envelope_from="team@acme.example",
        reply_to="office@acme.example",
        headers={"X-System": "hub"},
        ehlo_name="hub.acme.example",
    )
    result = send_test(account, BOB, about=ABOUT)
    message = mail_server.delivered(result.server_id)
    assert message["From"].addresses[0].display_name == "Bücher & Söhne"
    assert message["Reply-To"] == "office@acme.example"
    assert message["X-System"] == "hub"
    assert message["Return-Path"] == "<team@acme.example>"
    assert "from hub.acme.example" in str(message["Received"])


def test_an_address_beyond_ascii(mail_server: Any) -> None:
    account = mail_server.account(from_email="büro@bücher.example", sender="alice@acme.example")
    result = send_test(account, BOB, about=ABOUT)
    message = mail_server.delivered(result.server_id)
    shown = message["From"].addresses[0].addr_spec.encode("utf-8", "surrogateescape").decode()
    assert shown == "büro@bücher.example"
    assert "UTF8SMTPSA" in str(message["Received"])


def test_a_domain_beyond_ascii_needs_no_extension(mail_server: Any) -> None:
    account = mail_server.account(from_email="hub@bücher.example", envelope_from="alice@acme.example")
    result = send_test(account, BOB, about=ABOUT)
    assert mail_server.delivered(result.server_id)["From"].addresses[0].domain == "xn--bcher-kva.example"


def test_a_client_certificate(mail_server: Any) -> None:
    files = mail_server.certificates
    account = mail_server.account("client_cert", client_cert=str(files.client_cert), client_key=str(files.client_key))
    assert probe(account, BOB).status == "passed"


def test_ipv6_falls_back_to_ipv4(mail_server: Any) -> None:
    # The listeners are on 127.0.0.1 alone, and localhost may mean ::1 first.
    assert probe(mail_server.account(host="localhost"), BOB).status == "passed"
