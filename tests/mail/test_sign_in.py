"""Exactly the declared mechanism is used, and no secret leaves the session."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from mailspec.mail.check import probe
from mailspec.outcome.secret import MASK, Secret
from mailspec.signin.source import GivenToken

Serve = Callable[[Callable[[Any], None]], Any]
OK_AUTH = b"235 welcome\r\n"
SECRET = "pa$s W0rd/ä+="
RAW = SECRET.encode()


def challenging(*challenges: bytes) -> Callable[[Any], None]:
    """A server that asks so, then welcomes."""

    def script(talk: Any) -> None:
        talk.greet()
        talk.hear()
        for challenge in challenges:
            talk.say(b"334 " + base64.b64encode(challenge) + b"\r\n")
            talk.hear()
        talk.say(OK_AUTH)
        talk.obey()

    return script


@pytest.mark.parametrize(
    ("method", "challenges", "line"),
    [
        ("plain", (), b"AUTH PLAIN " + base64.b64encode(b"\0alice@acme.example\0" + RAW)),
        ("plain", (b"",), b"AUTH PLAIN " + base64.b64encode(b"\0alice@acme.example\0" + RAW)),
        ("login", (b"Username:", b"Password:"), b"AUTH LOGIN"),
        ("login", (b"User Name\0", b"Password\0"), b"AUTH LOGIN"),
        ("cram_md5", (b"<1896.697170952@postoffice.example>",), b"AUTH CRAM-MD5"),
    ],
)
def test_one_mechanism_once(stand_in: Serve, method: str, challenges: tuple[bytes, ...], line: bytes) -> None:
    server = stand_in(challenging(*challenges))
    assert probe(server.account(method=method)).status == "passed"
    assert [heard for heard in server.heard if heard.startswith(b"AUTH")] == [line]


def test_login_answers_name_then_password(stand_in: Serve) -> None:
    server = stand_in(challenging(b"Username:", b"Password:"))
    probe(server.account(method="login"))
    assert [base64.b64decode(line) for line in server.heard[2:4]] == [b"alice@acme.example", RAW]


def test_without_a_method_nothing_is_reported_about_it(stand_in: Serve) -> None:
    server = stand_in(lambda talk: (talk.greet(), talk.obey()))
    assert probe(server.account(method="none")).status == "passed"
    assert b"AUTH" not in server.commands()


@pytest.mark.parametrize("method", ["plain", "cram_md5"])
def test_a_server_that_offers_another_method(stand_in: Serve, method: str) -> None:
    server = stand_in(lambda talk: (talk.greet(b"250-stand-in\r\n250 AUTH LOGIN\r\n"), talk.obey()))
    result = probe(server.account(method=method))
    assert (result.category, result.detail) == ("auth_method_unsupported", "not_offered")
    assert result.advice == "Set `auth.method` to login."
    assert b"AUTH" not in server.commands()


def test_the_old_way_to_offer_is_understood(stand_in: Serve) -> None:
    def script(talk: Any) -> None:
        talk.greet(b"250-stand-in\r\n250 AUTH=PLAIN LOGIN\r\n")
        talk.obey(auth=OK_AUTH)

    assert probe(stand_in(script).account()).status == "passed"


def test_a_refused_sign_in_is_not_tried_again(stand_in: Serve) -> None:
    server = stand_in(lambda talk: (talk.greet(), talk.obey(auth=b"535 5.7.8 no\r\n")))
    assert probe(server.account()).category == "auth_failed"
    assert server.commands().count(b"AUTH") == 1


@pytest.mark.parametrize("answer", [b"334 ???\r\n", b"334 abc\r\n"])
def test_a_challenge_that_is_no_base64(stand_in: Serve, answer: bytes) -> None:
    server = stand_in(lambda talk: (talk.greet(), talk.obey(auth=answer)))
    result = probe(server.account(method="cram_md5"))
    assert (result.category, result.detail) == ("auth_failed", "protocol")
    assert server.heard[2] == b"*"


def test_a_server_that_asks_on_and_on(stand_in: Serve) -> None:
    server = stand_in(challenging(*[b"more"] * 20))
    result = probe(server.account(method="login"))
    assert (result.category, result.detail) == ("auth_failed", "protocol")


@pytest.mark.parametrize("method", ["plain", "login", "xoauth2", "oauthbearer"])
def test_nothing_secret_goes_in_clear_to_another_machine(
    stand_in: Serve, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    ehlo = b"250-stand-in\r\n250 AUTH PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER\r\n"
    server = stand_in(lambda talk: (talk.greet(ehlo), talk.obey(auth=OK_AUTH)))
    monkeypatch.setattr(socket.socket, "getpeername", lambda self: ("192.0.2.7", 587))
    result = probe(server.account(method=method, token=GivenToken(lambda: Secret("token"))))
    assert (result.stage, result.category, result.detail) == ("auth", "config_invalid", "cleartext_sign_in")
    assert b"AUTH" not in server.commands()


def test_a_digest_may(stand_in: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = stand_in(challenging(b"<1@acme.example>"))
    monkeypatch.setattr(socket.socket, "getpeername", lambda self: ("192.0.2.7", 587))
    assert probe(server.account(method="cram_md5")).status == "passed"


@pytest.mark.parametrize("password", [None, Secret("")])
def test_without_a_password_nobody_is_asked(stand_in: Serve, password: Secret | None) -> None:
    server = stand_in(lambda talk: talk.greet())
    result = probe(server.account(password=password))
    assert (result.stage, result.category, result.detail) == ("secret", "config_invalid", "password_missing")
    assert server.heard == []


def test_a_nul_cannot_be_carried(stand_in: Serve) -> None:
    result = probe(stand_in(lambda talk: talk.greet()).account(password=Secret("a\0b")))
    assert (result.category, result.detail) == ("config_invalid", "credentials")


ECHOES = {
    "raw": SECRET,
    "base64": base64.b64encode(RAW).decode(),
    "base64 of plain": base64.b64encode(b"\0alice@acme.example\0" + RAW).decode(),
    "base64 one on": base64.b64encode(b"x" + RAW + b"y").decode(),
    "base64 two on": base64.b64encode(b"xx" + RAW + b"yy").decode(),
    "hex": RAW.hex(),
    "HEX": RAW.hex().upper(),
    "url": quote(RAW, safe=""),
    "form": quote_plus(RAW),
}


@pytest.mark.parametrize("form", ECHOES)
@pytest.mark.parametrize("stage", ["auth", "mail", "rcpt", "ehlo", "greeting", "no smtp"])
def test_a_server_that_echoes_the_password(stand_in: Serve, form: str, stage: str) -> None:
    echo = ECHOES[form].encode()

    def script(talk: Any) -> None:
        if stage == "no smtp":
            talk.say(b"hello " + echo + b"\r\n")
        if stage == "greeting":
            talk.say(b"554 " + echo + b"\r\n")
            return
        offered = b"LOGIN " + echo if stage == "ehlo" else b"PLAIN"
        talk.greet(b"250-stand-in\r\n250 AUTH " + offered + b"\r\n")
        talk.obey(**{"auth": OK_AUTH, stage: b"550 5.7.1 you said " + echo + b" to me\r\n"})

    result = probe(stand_in(script).account(), "bob@acme.example")
    assert result.status == "failed"
    assert_hidden(repr(result))
    if stage == "rcpt":
        assert MASK in str(result.server_reply)


def test_a_password_at_the_edge_of_what_is_shown(stand_in: Serve) -> None:
    for length in range(3985, 4003):
        reply = b"550 " + b"x" * length + SECRET.encode() + b"y" * 100
        server = stand_in(lambda talk, reply=reply: (talk.greet(), talk.obey(auth=reply + b"\r\n")))
        shown = str(probe(server.account()).server_reply)
        assert len(shown) < 4010
        assert "pa$" not in shown


def assert_hidden(text: str) -> None:
    """Look for what would give the password away: itself, its encodings at every offset."""
    core = [RAW.hex(), quote(RAW, safe=""), quote_plus(RAW), SECRET, SECRET.encode().decode("latin-1")]
    core += [base64.b64encode(b"x" * offset + RAW).decode()[4:-4] for offset in range(3)]
    for form in core:
        assert form.lower() not in text.lower()


def test_an_access_token_is_hidden_too(stand_in: Serve) -> None:
    ehlo = b"250-stand-in\r\n250 AUTH XOAUTH2\r\n"
    refusal = b"535 5.7.8 bad token ya29.canary-token\r\n"

    def script(talk: Any) -> None:
        talk.greet(ehlo)
        talk.hear()
        talk.say(b"334 " + base64.b64encode(b'{"status":"401"}') + b"\r\n")
        talk.hear()
        talk.say(refusal)
        talk.obey()

    server = stand_in(script)
    result = probe(
        server.account(method="xoauth2", password=None, token=GivenToken(lambda: Secret("ya29.canary-token")))
    )
    assert result.category == "auth_failed"
    assert "canary" not in repr(result)
    sent = base64.b64decode(server.heard[1].split(b" ")[2])
    assert sent == b"user=alice@acme.example\x01auth=Bearer ya29.canary-token\x01\x01"


@pytest.mark.parametrize("method", ["xoauth2", "oauthbearer"])
@pytest.mark.parametrize("provider", [None, "gmail"])
def test_the_reason_of_a_refused_token_is_kept_and_no_password_is_blamed(
    stand_in: Serve, method: str, provider: str | None
) -> None:
    reason = b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'

    def script(talk: Any) -> None:
        talk.greet(b"250-stand-in\r\n250 AUTH XOAUTH2 OAUTHBEARER\r\n")
        talk.hear()
        talk.say(b"334 " + base64.b64encode(reason) + b"\r\n")
        talk.hear()
        talk.say(b"535-5.7.8 Username and Password not accepted. For more information, go to\r\n")
        talk.say(b"535 5.7.8  https://support.google.com/mail/?p=BadCredentials a1 - gsmtp\r\n")
        talk.obey()

    server = stand_in(script)
    token = GivenToken(lambda: Secret("ya29.dead-token"))
    result = probe(server.account(method=method, password=None, token=token, provider=provider))
    assert (result.stage, result.category, result.detail) == ("auth", "auth_failed", "token")
    assert reason.decode() in str(result.server_reply)
    assert "token" in str(result.advice)
    assert "password" not in str(result.advice).lower()


@pytest.mark.parametrize("method", ["xoauth2", "oauthbearer"])
def test_a_refused_token_is_renewed_once_and_no_more(stand_in: Serve, method: str) -> None:
    """The second connection brings the newer token; where that is refused too, it ends."""
    given = iter(["first", "second", "third"])

    def script(talk: Any) -> None:
        talk.greet(b"250-stand-in\r\n250 AUTH XOAUTH2 OAUTHBEARER\r\n")
        talk.obey(auth=b"535 5.7.8 no\r\n")

    server = stand_in(script)

    def read() -> Secret:
        return Secret(next(given))

    result = probe(server.account(method=method, password=None, token=GivenToken(read, read)))
    assert (result.category, result.detail) == ("auth_failed", "token")
    tokens = [base64.b64decode(line.split(b" ")[2]) for line in server.heard if line.startswith(b"AUTH")]
    assert [b"first" in tokens[0], b"second" in tokens[1], len(tokens)] == [True, True, 2]


@pytest.mark.parametrize("code", [b"454 4.7.0 later", b"534 5.7.9 no", b"530 5.7.0 no", b"550 5.7.1 no"])
def test_other_refusals_renew_nothing(stand_in: Serve, code: bytes) -> None:
    def script(talk: Any) -> None:
        talk.greet(b"250-stand-in\r\n250 AUTH XOAUTH2\r\n")
        talk.obey(auth=code + b"\r\n")

    asked: list[str] = []

    def again() -> Secret:
        asked.append("again")
        return Secret("newer")

    server = stand_in(script)
    probe(server.account(method="xoauth2", password=None, token=GivenToken(lambda: Secret("t"), again)))
    assert asked == []
