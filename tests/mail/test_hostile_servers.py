"""Servers that drip, lie, flood or fall silent: the session ends in time and says why."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

import pytest

from mailspec.mail.check import Occasion, probe, send_test
from mailspec.outcome import mail as outcome

Serve = Callable[[Callable[[Any], None]], Any]
EHLO_TLS = b"250-stand-in\r\n250 STARTTLS\r\n"
OK_AUTH = b"235 welcome\r\n"


def end(result: outcome.TestResult) -> tuple[str | None, str | None, str | None]:
    assert result.status == "failed"
    return result.stage, result.category, result.detail


def drip(talk: Any, data: bytes, every: float = 0.05) -> None:
    for byte in data:
        talk.say(bytes([byte]))
        sleep(every)


def test_a_dripping_greeting_does_not_extend_the_time(stand_in: Serve) -> None:
    server = stand_in(lambda talk: drip(talk, b"220 " + b"x" * 500))
    started = monotonic()
    result = probe(server.account(timeout=0.6))
    assert end(result) == ("greeting", "timeout", "greeting")
    assert monotonic() - started < 2


def test_a_dripping_reply_under_tls_does_not_either(stand_in: Serve) -> None:
    def script(talk: Any) -> None:
        talk.encrypt()
        talk.greet()
        talk.hear()
        drip(talk, b"235-" + b"x" * 500)

    started = monotonic()
    result = probe(stand_in(script).account(security="tls", timeout=0.6))
    assert end(result) == ("auth", "timeout", "reply")
    assert monotonic() - started < 3


def test_a_dripping_handshake_does_not_either(stand_in: Serve) -> None:
    # A record that says it is 16 KiB long, and comes byte by byte.
    server = stand_in(lambda talk: drip(talk, b"\x16\x03\x03\x3f\xff\x02" + b"\0" * 500))
    started = monotonic()
    result = probe(server.account(security="tls", timeout=0.6))
    assert end(result) == ("tls", "timeout", "tls")
    assert monotonic() - started < 2


@pytest.mark.parametrize("together", [True, False])
def test_text_behind_starttls_is_refused(stand_in: Serve, together: bool) -> None:
    def script(talk: Any) -> None:
        talk.greet(EHLO_TLS)
        talk.hear()
        answer, injected = b"220 go on\r\n", b"250 AUTH PLAIN\r\n"
        if together:
            talk.say(answer + injected)
        else:
            talk.say(answer)
            talk.say(injected)
        sleep(0.5)

    server = stand_in(script)
    stage, category, detail = end(probe(server.account(security="starttls")))
    assert (category, detail) == ("tls_handshake", "starttls_injection")
    assert stage in ("starttls", "tls")
    assert b"AUTH" not in server.commands()


def test_what_was_learnt_before_starttls_is_forgotten(stand_in: Serve) -> None:
    def script(talk: Any) -> None:
        talk.greet(b"250-stand-in\r\n250-AUTH PLAIN\r\n250-SMTPUTF8\r\n250 STARTTLS\r\n")
        talk.hear()
        talk.say(b"220 go on\r\n")
        talk.encrypt()
        talk.hear()
        talk.say(b"250-stand-in\r\n250 AUTH LOGIN\r\n")
        talk.obey()

    server = stand_in(script)
    result = probe(server.account(security="starttls"))
    assert end(result) == ("auth", "auth_method_unsupported", "not_offered")
    assert result.reason == "the server offers LOGIN, not PLAIN"
    assert server.commands() == [b"EHLO", b"STARTTLS", b"EHLO", b"QUIT"]


def test_starttls_that_is_refused(stand_in: Serve) -> None:
    def script(talk: Any) -> None:
        talk.greet(EHLO_TLS)
        talk.obey(starttls=b"454 4.7.0 TLS not available due to local problem\r\n")

    server = stand_in(script)
    assert end(probe(server.account(security="starttls"))) == ("starttls", "tls_handshake", "starttls_refused")
    assert server.commands() == [b"EHLO", b"STARTTLS", b"QUIT"]


def test_a_firewall_that_blanks_starttls(stand_in: Serve) -> None:
    server = stand_in(lambda talk: (talk.greet(b"250-stand-in\r\n250 XXXXXXXA\r\n"), talk.obey()))
    assert end(probe(server.account(security="starttls"))) == (
        "starttls",
        "tls_mode_mismatch",
        "starttls_not_offered",
    )


def test_a_banner_of_forty_lines(stand_in: Serve) -> None:
    def script(talk: Any) -> None:
        talk.say(b"220-we do not authorize\r\n" * 39 + b"220 this use\r\n")
        talk.hear()
        talk.say(b"250-" + b"x" * 400 + b"\r\n" + b"250-EXTENSION\r\n" * 40 + b"250 AUTH PLAIN\r\n")
        talk.obey(auth=OK_AUTH)

    assert probe(stand_in(script).account()).status == "passed"


@pytest.mark.parametrize("piece", [b"x" * 65536, b"220-line\r\n" * 6000], ids=["line", "lines"])
def test_a_reply_without_end(stand_in: Serve, piece: bytes) -> None:
    def script(talk: Any) -> None:
        while True:
            talk.say(piece)

    started = monotonic()
    result = probe(stand_in(script).account())
    assert end(result) == ("greeting", "server_unavailable", "reply_too_long")
    assert len(str(result.server_reply)) < 5000
    assert monotonic() - started < 3


@pytest.mark.parametrize(
    ("greeting", "category", "detail"),
    [
        (b"* OK [CAPABILITY IMAP4rev1] ready\r\n", "config_invalid", "not_smtp"),
        (b"+OK POP3 ready\r\n", "config_invalid", "not_smtp"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "config_invalid", "not_smtp"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "config_invalid", "not_smtp"),
        (b"\x00\x01\x02\xff\xfe garbage\r\n", "unknown", "protocol"),
        (b"22\r\n", "unknown", "protocol"),
        (b"220garbage\r\n", "unknown", "protocol"),
        (b"no line end", "unknown", "protocol"),
        (b"554 5.7.1 go away\r\n", "message_rejected_policy", "blocklist"),
        (b"554 no SMTP service here\r\n", "config_invalid", "not_submission"),
        (b"421 4.3.2 shutting down\r\n", "server_unavailable", "shutting_down"),
        (b"", "server_unavailable", "disconnected"),
    ],
)
def test_greetings(stand_in: Serve, greeting: bytes, category: str, detail: str | None) -> None:
    result = probe(stand_in(lambda talk: talk.say(greeting)).account())
    assert end(result) == ("greeting", category, detail)


@pytest.mark.parametrize("command", ["auth", "mail", "rcpt", "data"])
def test_the_server_goes_away_in_the_middle(stand_in: Serve, command: str) -> None:
    replies = {"auth": OK_AUTH, "data": b"354 go on\r\n"}
    replies[command] = b"421 4.3.2 mail.acme.example shutting down\r\n"

    def script(talk: Any) -> None:
        talk.greet()
        talk.obey(**replies)

    result = send_test(stand_in(script).account(), "bob@acme.example", about=Occasion("0.1.0"))
    stages = {"auth": "auth", "mail": "mail_from", "rcpt": "rcpt_to", "data": "data"}
    assert end(result) == (stages[command], "server_unavailable", "shutting_down")
    assert result.smtp_code == 421


def test_the_connection_breaks_in_the_middle(stand_in: Serve) -> None:
    def script(talk: Any) -> None:
        talk.greet()
        talk.hear()

    assert end(probe(stand_in(script).account())) == ("auth", "server_unavailable", "disconnected")


def test_eight_bit_and_control_characters_are_kept_for_the_escaper(stand_in: Serve) -> None:
    reply = "550 5.1.1 \x1b[31mkein Empfänger\x00".encode()

    def script(talk: Any) -> None:
        talk.greet()
        talk.obey(auth=OK_AUTH, rcpt=reply + b" \xb2\xbb\r\n")

    result = probe(stand_in(script).account(), "bob@acme.example")
    assert result.server_reply == "550 5.1.1 \x1b[31mkein Empfänger\x00 \\xb2\\xbb"


def test_a_server_that_never_says_goodbye(stand_in: Serve) -> None:
    def script(talk: Any) -> None:
        talk.greet()
        talk.obey(auth=OK_AUTH, quit=b"")

    started = monotonic()
    assert probe(stand_in(script).account(timeout=0.5)).status == "passed"
    assert monotonic() - started < 2


def test_a_refused_message_after_data(stand_in: Serve) -> None:
    def script(talk: Any) -> None:
        talk.greet()
        for reply in (OK_AUTH, b"250 fine\r\n", b"250 fine\r\n", b"354 go on\r\n"):
            talk.hear()
            talk.say(reply)
        while talk.hear() != b".":
            pass
        talk.say(b"554 5.2.252 SendAsDenied; a not allowed to send as b\r\n")
        talk.obey()

    result = send_test(stand_in(script).account(), "bob@acme.example", about=Occasion("0.1.0"))
    assert end(result) == ("data", "send_as_denied", "header")
