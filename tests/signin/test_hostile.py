"""An issuer or a Graph that means harm: whatever it answers is a refusal in words, nothing is stored, opened or run."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from mailspec.mail.account import Account
from mailspec.mail.check import Occasion, send_test
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.signin.http import HttpSession, retry_after
from mailspec.signin.login import login
from mailspec.signin.source import ApplicationToken, GivenToken
from mailspec.signin.store import Store

SECRET = "canary-client-s3cret"
BOTH = pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
DEEP = b"[" * 200_000
PART = base64.urlsafe_b64encode(b'{"a":' * 50_000).rstrip(b"=").decode()
ANSWERS: dict[str, Any] = {
    "nested too deeply": DEEP,
    "an object nested too deeply": b'{"a":' * 100_000,
    "a number without end": b'{"expires_in": ' + b"9" * 100_000 + b"}",
    "no UTF-8": b'{"access_token": "\xff\xfe"}',
    "a list": [1, 2],
    "a text": "token",
    "nothing": b"",
    "an error that is an object": {"error": {"a": 1}, "error_description": {"b": 2}},
    "an error that is a number": {"error": 5, "error_description": 7},
    "an error that is null": {"error": None},
    "numbers that are none": {"error": "invalid_grant", "error_codes": ["x", None, {}]},
    "a token that is an object": {"access_token": {"a": 1}},
    "a token of two lines": {"access_token": "a\r\nX-Injected: 1"},
    "a token with a control character": {"access_token": "a\x01auth=Bearer b"},
    "an id token of a number": {"access_token": "a", "id_token": 5},
    "an id token nested too deeply": {"access_token": "a", "id_token": f"{PART}.{PART}.x"},
    "an id token of dots": {"access_token": "a", "id_token": "..."},
}


@BOTH
@pytest.mark.parametrize("status", [200, 400, 404, 500])
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_of_any_shape_is_a_refusal(stand_in_issuer: Any, microsoft: bool, name: str, status: int) -> None:
    stand_in_issuer.answer = lambda handler: handler.say(status, ANSWERS[name])
    client = stand_in_issuer.client(grant="client_credentials", secret=lambda: Secret(SECRET), microsoft=microsoft)
    found = ApplicationToken(client).get()
    if status != 200 or not name.startswith("an id token"):
        assert isinstance(found, Problem), found
        assert SECRET not in repr(found)


class Eyes:
    """A screen that keeps what is opened and shown."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def open(self, url: str) -> None:
        self.opened.append(url)

    def code(self, page: str, code: str) -> None:
        self.opened.append(page)

    def ask(self, prompt: str) -> str:
        raise EOFError


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    key = tmp_path / "key"
    key.touch(0o600)
    key.write_text("one key of many for a test")
    monkeypatch.setenv("MAILSPEC_SIGNIN_KEY", f"file:{key}")
    return Store()


@pytest.mark.parametrize(
    "page", ["file:///etc/passwd", "javascript:alert(1)", "http://localhost/auth", "--help", "https://", "\x1b]0;x\x07"]
)
@pytest.mark.parametrize("how", ["paste", "device"])
def test_no_page_but_an_https_one_is_opened_or_shown(stand_in_issuer: Any, store: Store, how: Any, page: str) -> None:
    metadata = {**stand_in_issuer.metadata, "authorization_endpoint": page}
    stand_in_issuer.on_discovery = lambda handler: handler.say(200, metadata)
    stand_in_issuer.answer = lambda handler: handler.say(
        200, {"device_code": "d", "user_code": "A", "verification_uri": page, "interval": 1, "expires_in": 1}
    )
    eyes = Eyes()
    found = login(stand_in_issuer.client(), store, how, eyes, seconds=0.1)
    assert isinstance(found, Problem)
    assert found.category == "config_invalid", found
    assert eyes.opened == []


@BOTH
@pytest.mark.parametrize(
    "changes",
    [
        {"interval": -5},
        {"interval": "soon"},
        {"interval": [1]},
        {"expires_in": "never"},
        {"expires_in": -1},
        {"user_code": {"a": 1}},
        {"device_code": 7},
    ],
    ids=str,
)
def test_a_device_code_of_any_shape_ends(
    stand_in_issuer: Any, store: Store, microsoft: bool, changes: dict[str, Any]
) -> None:
    first = {"device_code": "d", "user_code": "A", "verification_uri": "https://a.example/", "interval": 1}

    def answer(handler: Any) -> None:
        device = handler.path.endswith(("/device", "/devicecode"))
        handler.say(200 if device else 400, first | changes if device else {"error": "authorization_pending"})

    stand_in_issuer.answer = answer
    started = time.monotonic()
    found = login(stand_in_issuer.client(microsoft=microsoft), store, "device", Eyes(), seconds=0.3)
    assert isinstance(found, Problem)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "changes",
    [
        {"response_modes_supported": 5},
        {"scopes_supported": {"openid": 1}},
        {"scopes_supported": [1, None]},
        {"authorization_endpoint": 7},
        {"revocation_endpoint": "http://localhost/"},
        {"issuer": ["https://a.example"]},
    ],
    ids=str,
)
def test_a_description_of_any_shape_is_a_refusal(stand_in_issuer: Any, store: Store, changes: dict[str, Any]) -> None:
    stand_in_issuer.on_discovery = lambda handler: handler.say(200, stand_in_issuer.metadata | changes)
    found = login(stand_in_issuer.client(), store, "paste", Eyes())
    assert isinstance(found, Problem), found


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("\u00b2", None),
        ("\u0663", None),
        ("9" * 400, None),
        ("inf", None),
        ("-1", None),
        ("Mon, 01 Jan 0001 00:00:00 +0000", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 +0000", None),
        ("", None),
    ],
)
def test_a_time_to_wait_is_a_time_or_nothing(text: str, seconds: float | None) -> None:
    response = requests.Response()
    response.headers["Retry-After"] = text
    assert retry_after(response) == seconds


GRAPH: dict[str, Any] = {**ANSWERS, "many words": {"error": {"code": "X" * 50_000, "message": "y" * 500_000}}}


@pytest.mark.parametrize("status", [200, 400, 401, 429])
@pytest.mark.parametrize("name", GRAPH)
def test_graph_may_answer_anything(stand_in_issuer: Any, name: str, status: int) -> None:
    def answer(handler: Any) -> None:
        handler.say(status, GRAPH[name], Retry_After="\u00b2", request_id="\x1b[31m" + "r" * 3000)

    stand_in_issuer.answer = answer
    account = Account(
        name="M365",
        host="localhost",
        port=stand_in_issuer.port,
        security="tls",
        method="xoauth2",
        transport="graph",
        username="alice@acme.example",
        from_email="alice@acme.example",
        ca_file=stand_in_issuer.ca_file,
        timeout=5.0,
        token=GivenToken(lambda: Secret("canary-t0ken")),
    )
    result = send_test(account, "bob@acme.example", about=Occasion("0"))
    assert result.status == "failed"
    shown = json.dumps([result.reason, result.server_reply, result.server_id, result.advice])
    assert "canary-t0ken" not in shown
    assert len(shown) < 20_000


def test_a_header_without_end_and_a_packed_answer_are_given_up(stand_in_issuer: Any) -> None:
    import zlib

    from mailspec.signin.tokens import TokenRefusedError

    packed = zlib.compress(b"[" * 30_000_000, 9)
    stand_in_issuer.answer = lambda handler: handler.say(200, packed, Content_Encoding="deflate")
    session = HttpSession(ca_file=stand_in_issuer.ca_file, timeout=5.0)
    with pytest.raises(TokenRefusedError, match="more than 1024 KiB"):
        session.get(f"{stand_in_issuer.url}/x")
    stand_in_issuer.answer = lambda handler: handler.say(200, {}, **{f"X_{n}": "y" * 900 for n in range(200)})
    with pytest.raises(TokenRefusedError):
        session.get(f"{stand_in_issuer.url}/x")
