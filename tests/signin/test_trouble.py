"""An issuer that is down, slow, somebody else's, out of order, no issuer at all: said as it is, within the limit."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest
import trustme

from mailspec.outcome.secret import MASK, Secret
from mailspec.outcome.sign_in import Problem
from mailspec.signin.source import ApplicationToken
from mailspec.workflow.accounts.secret_lookup import Secrets
from mailspec.workflow.policy.outside_limits import Limits

SECRET = "canary-client-s3cret"


def asked(stand_in: Any, microsoft: bool = False, **changes: Any) -> Problem:
    settings = {"grant": "client_credentials", "secret": lambda: Secret(SECRET), "microsoft": microsoft, **changes}
    found = ApplicationToken(stand_in.client(**settings)).get()
    assert isinstance(found, Problem), found
    assert SECRET not in repr(found)
    return found


BOTH = pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])


@BOTH
def test_nothing_listens(stand_in_issuer: Any, microsoft: bool) -> None:
    found = asked(stand_in_issuer, microsoft, issuer="https://localhost:1/tenant/v2.0")
    assert (found.category, found.state, found.retry) == ("connection_refused", "unknown", True)
    assert "localhost" in found.reason


@BOTH
def test_no_such_name(stand_in_issuer: Any, microsoft: bool) -> None:
    found = asked(stand_in_issuer, microsoft, issuer="https://issuer.invalid/tenant/v2.0")
    assert found.category == "dns"


@BOTH
@pytest.mark.parametrize("where", ["token", "discovery", "dripping"])
def test_a_slow_issuer_is_given_up_within_the_limit(stand_in_issuer: Any, microsoft: bool, where: str) -> None:
    def wait(handler: Any) -> None:
        time.sleep(4)

    def drip(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(20):
            handler.wfile.write(b"X-More: 1\r\n")
            handler.wfile.flush()
            time.sleep(0.2)

    if where == "discovery":
        stand_in_issuer.on_discovery = wait
    else:
        stand_in_issuer.answer = wait if where == "token" else drip
    started = time.monotonic()
    found = asked(stand_in_issuer, microsoft, timeout=1.0)
    assert (found.category, found.retry) == ("timeout", True)
    assert time.monotonic() - started < 3


@BOTH
def test_an_authority_that_nobody_trusts(stand_in_issuer: Any, microsoft: bool, tmp_path: Any) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    found = asked(stand_in_issuer, microsoft, ca_file=str(other))
    assert (found.category, found.detail) == ("certificate", "unknown_ca")
    assert stand_in_issuer.seen == []


@BOTH
@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (503, {"error": "temporarily_unavailable"}, ("server_unavailable", "issuer", True)),
        (500, b"oops", ("server_unavailable", "issuer", True)),
        (200, b"<html>sign in to the hotel</html>", ("config_invalid", "issuer", False)),
        (400, b"<html>", ("config_invalid", "issuer", False)),
        (200, {"hello": "world"}, ("config_invalid", "issuer", False)),
        (200, {"access_token": "two words"}, ("config_invalid", "issuer", False)),
        (400, {"error": "invalid_scope"}, ("config_invalid", "scope", False)),
        (401, {"error": "invalid_client"}, ("config_invalid", "client", False)),
    ],
)
def test_an_answer_that_gives_no_token(
    stand_in_issuer: Any, microsoft: bool, status: int, body: Any, expected: Any
) -> None:
    kind = "text/html" if isinstance(body, bytes) else "application/json"
    stand_in_issuer.answer = lambda handler: handler.say(status, body, kind)
    found = asked(stand_in_issuer, microsoft)
    assert (found.category, found.detail, found.retry) == expected


@BOTH
def test_too_many_requests_say_how_long_to_wait(stand_in_issuer: Any, microsoft: bool) -> None:
    stand_in_issuer.answer = lambda handler: handler.say(429, {"error": "slow_down"}, Retry_After="7")
    found = asked(stand_in_issuer, microsoft)
    assert (found.category, found.detail, found.wait, found.retry) == ("rate_limited", "sign_ins", 7.0, True)


@BOTH
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_the_secret_goes_nowhere_else(
    stand_in_issuer: Any, microsoft: bool, status: int
) -> None:
    target = f"{stand_in_issuer.url}/elsewhere"
    stand_in_issuer.answer = lambda handler: handler.say(status, {}, Location=target)
    found = asked(stand_in_issuer, microsoft)
    assert (found.category, found.detail) == ("config_invalid", "issuer")
    assert "redirects to localhost" in found.reason
    assert [path for path, _ in stand_in_issuer.seen] == ["/tenant/v2.0/token"]


@BOTH
def test_a_redirect_to_what_is_no_url_is_reported(stand_in_issuer: Any, microsoft: bool) -> None:
    stand_in_issuer.answer = lambda handler: handler.say(302, {}, Location="https://[x")
    assert "redirects to somewhere else" in asked(stand_in_issuer, microsoft).reason


@pytest.mark.parametrize(
    "address", ["http://localhost:{port}/token", "ftp://x/", "file:///etc/passwd", "nonsense", "https://[x"]
)
def test_an_endpoint_without_https_is_not_asked(stand_in_issuer: Any, address: str) -> None:
    metadata = {**stand_in_issuer.metadata, "token_endpoint": address.format(port=stand_in_issuer.port)}
    stand_in_issuer.on_discovery = lambda handler: handler.say(200, metadata)
    found = asked(stand_in_issuer)
    assert (found.category, found.detail) == ("config_invalid", "issuer")
    assert stand_in_issuer.seen == []


def test_another_issuers_discovery_is_not_used(stand_in_issuer: Any) -> None:
    metadata = {**stand_in_issuer.metadata, "issuer": "https://evil.example"}
    stand_in_issuer.on_discovery = lambda handler: handler.say(200, metadata)
    found = asked(stand_in_issuer)
    assert "is that of https://evil.example" in found.reason
    assert stand_in_issuer.seen == []


def test_an_issuer_without_discovery(stand_in_issuer: Any) -> None:
    stand_in_issuer.on_discovery = lambda handler: handler.say(404, {})
    assert "no discovery document" in asked(stand_in_issuer).reason


@BOTH
@pytest.mark.parametrize("forbidden", ["localhost", "127.0.0.1"])
def test_a_host_outside_the_limits_is_not_connected_to(stand_in_issuer: Any, microsoft: bool, forbidden: str) -> None:
    metadata = {**stand_in_issuer.metadata, "token_endpoint": f"https://127.0.0.1:{stand_in_issuer.port}/token"}
    stand_in_issuer.on_discovery = lambda handler: handler.say(200, metadata)
    found = asked(
        stand_in_issuer, microsoft, forbids=lambda host, _port: f"{host} is outside" if host == forbidden else None
    )
    assert found.reason == f"{forbidden} is outside"
    assert stand_in_issuer.seen == []
    assert (stand_in_issuer.discovered == 0) == (forbidden == "localhost")


@BOTH
def test_a_port_outside_the_limits_is_not_connected_to(stand_in_issuer: Any, microsoft: bool) -> None:
    metadata = {**stand_in_issuer.metadata, "token_endpoint": "https://localhost:9/token"}
    stand_in_issuer.on_discovery = lambda handler: handler.say(200, metadata)
    limits = Limits("limits.yml", hosts=(f"localhost:{stand_in_issuer.port}",))
    found = asked(stand_in_issuer, microsoft, forbids=Secrets("/", limits).forbids_host)
    assert "port 9 of the host localhost is outside" in found.reason
    assert (stand_in_issuer.discovered, stand_in_issuer.seen) == (1, [])


def test_an_answer_without_end_is_given_up(stand_in_issuer: Any) -> None:
    def flood(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(300):
            handler.wfile.write(b" " * 8192)

    stand_in_issuer.answer = flood
    assert "more than 1024 KiB" in asked(stand_in_issuer).reason


def test_environment_and_netrc_have_no_say(
    stand_in_issuer: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine localhost login eve password netrc-s3cret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(netrc))
    client = stand_in_issuer.client(grant="client_credentials", secret=lambda: Secret(SECRET))
    assert ApplicationToken(client).get() == Secret("ya29.stand-in")
    assert all("Authorization" not in headers for headers in stand_in_issuer.headers)


def test_a_proxy_that_is_not_there_is_named(stand_in_issuer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    found = asked(stand_in_issuer)
    assert found.category in ("connection_refused", "network_unreachable")
    assert stand_in_issuer.discovered == 0


ECHOES = {
    "whole": lambda text: text,
    "cut": lambda text: text[3:11],
    "wrapped": lambda text: "\r\n ".join(text[at : at + 5] for at in range(0, len(text), 5)),
    "base64": lambda text: base64.b64encode(f"short:{text}".encode()).decode()[9:],
    "hex": lambda text: text.encode().hex(),
    "URL": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
}


@BOTH
@pytest.mark.parametrize("form", ECHOES)
def test_an_issuer_that_repeats_the_client_secret_shows_none_of_it(
    stand_in_issuer: Any, microsoft: bool, form: str
) -> None:
    secret = "Tr0ub4dor-and-3-horses"
    echo = ECHOES[form](secret)
    words = f"the secret {echo} is not right"
    stand_in_issuer.answer = lambda handler: handler.say(401, {"error": "invalid_client", "error_description": words})
    found = asked(stand_in_issuer, microsoft, secret=lambda: Secret(secret))
    shown = f"{found.reason} {found.reply} {found.advice}"
    assert (found.state, MASK in shown) == ("client_invalid", True)
    compact = "".join(shown.split())
    echo = "".join(echo.split())
    assert not [echo[at : at + 6] for at in range(len(echo) - 5) if echo[at : at + 6] in compact]
