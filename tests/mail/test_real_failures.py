"""What goes wrong with real servers: each with its category and, where one covers several, its detail."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from time import monotonic, sleep
from typing import Any

import pytest

from mailspec.mail.check import Occasion, probe, send_test
from mailspec.mail.many import run_many
from mailspec.outcome import mail as outcome
from mailspec.outcome.secret import Secret

pytestmark = pytest.mark.service("postfix")

BOB = "bob@acme.example"
ABOUT = Occasion("0.1.0")


def end(result: outcome.TestResult) -> tuple[str, str | None, str | None, str | None]:
    assert result.advice or result.status != "failed"
    return result.status, result.stage, result.category, result.detail


@pytest.mark.parametrize("method", ["plain", "login", "cram_md5"])
def test_wrong_password(mail_server: Any, method: str) -> None:
    result = probe(mail_server.account(method=method, password=Secret("not-alice's")), BOB)
    assert end(result) == ("failed", "auth", "auth_failed", "bad_credentials")
    assert (result.smtp_code, result.enhanced_code) == (535, "5.7.8")
    assert "authentication failed" in result.server_reply


def test_tls_on_a_starttls_port(mail_server: Any) -> None:
    result = probe(mail_server.account("starttls", security="tls"), BOB)
    assert end(result) == ("failed", "tls", "tls_mode_mismatch", "tls_on_starttls_port")


@pytest.mark.parametrize("security", ["starttls", "none"])
def test_plain_on_a_tls_port(mail_server: Any, security: str) -> None:
    # The port's number says nothing here; a second look finds that the silent server answers to TLS.
    result = probe(mail_server.account("tls", security=security, timeout=2), BOB)
    assert end(result) == ("failed", "greeting", "tls_mode_mismatch", "plain_on_tls_port")
    assert result.seconds < 2


@pytest.mark.parametrize(
    ("listener", "detail"),
    [
        ("unknown_ca", "unknown_ca"),
        ("wrong_name", "name_mismatch"),
        ("expired", "expired"),
        ("self_signed", "self_signed"),
    ],
)
def test_certificate(mail_server: Any, listener: str, detail: str) -> None:
    result = probe(mail_server.account(listener), BOB)
    assert end(result) == ("failed", "tls", "certificate", detail)


@pytest.mark.parametrize("listener", ["unknown_ca", "wrong_name", "expired", "self_signed"])
def test_no_certificate_is_checked_where_that_is_switched_off(mail_server: Any, listener: str) -> None:
    assert probe(mail_server.account(listener, validate_certs=False), BOB).status == "passed"


def test_the_system_does_not_know_the_authority(mail_server: Any) -> None:
    result = probe(mail_server.account("starttls", ca_file=None), BOB)
    assert end(result) == ("failed", "tls", "certificate", "unknown_ca")


def test_the_host_itself_must_stand_in_the_certificate(mail_server: Any) -> None:
    result = probe(mail_server.account("starttls", server_name="smtp.acme.example"), BOB)
    assert end(result) == ("failed", "tls", "certificate", "name_mismatch")


def test_tls_that_is_too_old(mail_server: Any) -> None:
    assert probe(mail_server.account("old_tls"), BOB).status == "passed"
    result = probe(mail_server.account("old_tls", minimum_version="1.3"), BOB)
    assert end(result) == ("failed", "tls", "tls_handshake", "protocol_version")


def test_a_client_certificate_is_wanted(mail_server: Any) -> None:
    result = probe(mail_server.account("client_cert"), BOB)
    assert (result.category, result.detail) == ("tls_handshake", "client_certificate")


def test_closed_port(mail_server: Any) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        result = probe(mail_server.account(port=sock.getsockname()[1]), BOB)
    assert end(result) == ("failed", "connect", "connection_refused", None)


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A port whose queue is full: the system drops what else comes."""
    with socket.socket() as listener, socket.socket() as held:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        held.connect(listener.getsockname())
        yield listener.getsockname()[1]


def test_black_holed_port(mail_server: Any, black_hole: int) -> None:
    started = monotonic()
    result = probe(mail_server.account(port=black_hole, timeout=0.5), BOB)
    assert end(result) == ("failed", "connect", "timeout", "connect")
    assert monotonic() - started < 2


def test_unknown_host(mail_server: Any) -> None:
    result = probe(mail_server.account(host="smtp.acme.invalid"), BOB)
    assert end(result) == ("failed", "dns", "dns", "not_found")


def test_stripped_starttls(mail_server: Any) -> None:
    result = probe(mail_server.account("stripped"), BOB)
    assert end(result) == ("failed", "starttls", "tls_mode_mismatch", "starttls_not_offered")


def test_nothing_is_sent_after_a_stripped_starttls(mail_server: Any) -> None:
    def sessions(more_than: int = -1) -> list[str]:
        """What each session did, once all are over: an earlier test's may be logged after that test."""
        until = monotonic() + 5
        while True:
            lines = [line for line in mail_server.log().splitlines() if "postfix/stripped/smtpd" in line]
            ends = [line.partition("ehlo=")[2] for line in lines if " disconnect from " in line]
            began = sum(": connect from " in line for line in lines)
            if (len(ends) == began and began > more_than) or monotonic() > until:
                return ends
            sleep(0.02)

    before = len(sessions())
    send_test(mail_server.account("stripped"), BOB, about=ABOUT)
    assert sessions(more_than=before)[before:] == ["1 quit=1 commands=2"]


def test_refused_relay(mail_server: Any) -> None:
    result = probe(
        mail_server.account("starttls", method="none", from_email="hub@else.example"),
        "somebody@elsewhere.example",
    )
    assert end(result) == ("failed", "rcpt_to", "relay_denied", None)
    assert result.smtp_code == 554


def test_refused_relay_for_now_never_heals(mail_server: Any) -> None:
    result = probe(mail_server.account("defer_relay"), "somebody@elsewhere.example")
    assert end(result) == ("failed", "rcpt_to", "relay_denied", None)
    assert result.smtp_code == 454


def test_refused_sender(mail_server: Any) -> None:
    result = probe(mail_server.account(from_email="bob@acme.example"), BOB)
    assert end(result) == ("failed", "rcpt_to", "send_as_denied", "envelope")
    assert result.smtp_code == 553


def test_refused_sender_at_once(mail_server: Any) -> None:
    result = probe(mail_server.account("sender_at_once", from_email="bob@acme.example"))
    assert end(result) == ("failed", "mail_from", "send_as_denied", "envelope")


def test_sender_without_a_sign_in(mail_server: Any) -> None:
    result = probe(mail_server.account("starttls", method="none"), BOB)
    assert end(result) == ("failed", "rcpt_to", "relay_denied", "sign_in_required")


def test_unknown_recipient(mail_server: Any) -> None:
    result = probe(mail_server.account(), "nobody@acme.example")
    assert end(result) == ("failed", "rcpt_to", "recipient_rejected", "unknown_user")


@pytest.mark.service("postfix", "postgrey")
def test_greylisting(mail_server: Any) -> None:
    account = mail_server.account("greylisting", envelope_from="alice@acme.example")
    result = probe(account, BOB)
    assert end(result) == ("failed", "rcpt_to", "greylisted", None)
    assert result.smtp_code == 450
    sleep(1.2)
    assert probe(account, BOB).status == "passed"


def test_too_large(mail_server: Any) -> None:
    result = send_test(mail_server.account("small"), BOB, about=ABOUT)
    assert end(result) == ("failed", "mail_from", "message_too_large", None)


def test_method_that_is_not_offered(mail_server: Any) -> None:
    result = probe(mail_server.account("only_cram", method="plain"), BOB)
    assert end(result) == ("failed", "auth", "auth_method_unsupported", "not_offered")
    assert result.reason == "the server offers CRAM-MD5, not PLAIN"
    assert "cram_md5" in result.advice


def test_sign_in_that_needs_encryption(mail_server: Any) -> None:
    result = probe(mail_server.account("starttls", security="none"), BOB)
    assert end(result) == ("failed", "auth", "auth_method_unsupported", "needs_tls")


def test_a_name_that_the_server_does_not_like(mail_server: Any) -> None:
    result = probe(mail_server.account("helo", ehlo_name="hub"), BOB)
    assert (result.category, result.detail) == ("config_invalid", "ehlo_name")


def test_smtputf8_where_there_is_none(mail_server: Any) -> None:
    account = mail_server.account("no_smtputf8", envelope_from="büro@acme.example")
    result = probe(account, BOB)
    assert end(result) == ("failed", "mail_from", "config_invalid", "smtputf8")


def test_a_host_that_refuses_three_is_left_alone(mail_server: Any) -> None:
    right = mail_server.account("starttls")
    wrong = [replace(right, name=f"wrong-{number}", password=Secret("not-alice's")) for number in range(6)]
    before = mail_server.log().count("SASL PLAIN authentication failed")
    batch = run_many([*wrong, right], probe, per_host=4)
    statuses = [result.status for result in batch.results]
    assert sorted(statuses[:6]) == ["failed"] * 3 + ["skipped"] * 3
    assert mail_server.log().count("SASL PLAIN authentication failed") - before == 3


def test_many_at_once(mail_server: Any) -> None:
    accounts = [
        mail_server.account(listener, name=f"{listener}-{number}")
        for listener in ("tls", "starttls", "unknown_ca")
        for number in range(4)
    ]
    batch = run_many(accounts, lambda account: probe(account, BOB), per_host=3)
    assert [result.status for result in batch.results] == ["passed"] * 8 + ["failed"] * 4


def test_files_that_cannot_be_used(mail_server: Any) -> None:
    account = mail_server.account()
    for change, detail in (
        ({"ca_file": "/nonexistent/ca.pem"}, "ca_file"),
        ({"ca_file": __file__}, "ca_file"),
        ({"client_cert": "/nonexistent/client.crt"}, "client_certificate"),
    ):
        result = probe(replace(account, **change), BOB)
        assert end(result) == ("failed", "secret", "config_invalid", detail)
