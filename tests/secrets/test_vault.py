"""Against a real OpenBao; and against servers that are none, hang or send elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from socket import create_server
from time import monotonic

import pytest

from mailspec.secrets import vault
from mailspec.secrets.base import SecretProblem
from mailspec.secrets.limited import Patience
from mailspec.secrets.vault_login import client_for


@pytest.fixture(autouse=True)
def fresh_clients() -> Iterator[None]:
    client_for.cache_clear()
    yield
    client_for.cache_clear()


@pytest.mark.service("openbao")
def test_a_field_is_read(ask, openbao):
    openbao.put("mail/acme", password="0123 s3cret", other="x")
    assert ask({"vault": "secret/mail/acme#password"}, **openbao.environ) == "0123 s3cret"


@pytest.mark.service("openbao")
def test_openbaos_own_names_are_read(ask, openbao):
    openbao.put("mail/acme", password="s3cret")
    environ = {name.replace("VAULT_", "BAO_"): value for name, value in openbao.environ.items()}
    assert ask({"vault": "secret/mail/acme#password"}, **environ) == "s3cret"


@pytest.mark.service("openbao")
def test_the_token_that_a_login_left_is_used(ask, openbao, tmp_path):
    openbao.put("mail/acme", password="s3cret")
    (tmp_path / ".vault-token").write_text(openbao.environ["VAULT_TOKEN"] + "\n")
    environ = {**openbao.environ, "VAULT_TOKEN": ""}
    assert ask({"vault": "secret/mail/acme#password"}, **environ) == "s3cret"


@pytest.mark.service("openbao")
@pytest.mark.parametrize(
    ("word", "kind", "words"),
    [
        ("secret/mail/gone#password", "missing", "has nothing at"),
        ("nowhere/mail/acme#password", "missing", "has nothing at"),
        ("secret/mail/kinds#gone", "missing", "has no field 'gone'"),
        ("secret/mail/kinds#number", "malformed", "is not text"),
        ("secret/mail/kinds#empty", "empty", "is empty"),
    ],
)
def test_what_is_not_there_is_reported(ask, openbao, word, kind, words):
    openbao.put("mail/kinds", number=123, empty="")
    found = ask({"vault": word}, **openbao.environ)
    assert isinstance(found, SecretProblem)
    assert found.kind == kind
    assert words in found.message


@pytest.mark.service("openbao")
def test_a_role_reads_what_its_policy_allows_and_nothing_else(ask, openbao):
    openbao.put("mail/mine", password="mine")
    openbao.put("mail/theirs", password="theirs")
    openbao.reader("mine", "mail/mine")
    environ = {**openbao.environ, "VAULT_TOKEN": "", **openbao.approle("mine", "mine")}
    assert ask({"vault": "secret/mail/mine#password"}, **environ) == "mine"
    found = ask({"vault": "secret/mail/theirs#password"}, **environ)
    assert isinstance(found, SecretProblem)
    assert "(403)" in found.message


@pytest.mark.service("openbao")
def test_a_role_whose_token_ran_out_signs_in_anew(ask, openbao):
    openbao.put("mail/mine", password="mine")
    openbao.reader("mine", "mail/mine")
    environ = {**openbao.environ, "VAULT_TOKEN": "", **openbao.approle("mine", "mine")}
    assert ask({"vault": "secret/mail/mine#password"}, **environ) == "mine"
    for accessor in openbao.client.list("auth/token/accessors")["data"]["keys"]:
        looked_up = openbao.client.auth.token.lookup_accessor(accessor)["data"]
        if looked_up["path"] == "auth/approle/login":
            openbao.client.auth.token.revoke_accessor(accessor)
    assert ask({"vault": "secret/mail/mine#password"}, **environ) == "mine"


@pytest.mark.service("openbao")
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"VAULT_TOKEN": "canary-token"}, "(403)"),
        ({"VAULT_TOKEN": "", "VAULT_ROLE_ID": "x", "VAULT_SECRET_ID": "canary-id"}, "refuses the request"),
        ({"VAULT_CACERT": ""}, "certificate"),
        ({"VAULT_CACERT": "/gone"}, "no file"),
        ({"VAULT_ADDR": "https://127.0.0.1:1"}, "cannot be reached"),
    ],
)
def test_what_stands_against_it_is_reported(ask, openbao, changed, words):
    openbao.put("mail/acme", password="s3cret")
    found = ask({"vault": "secret/mail/acme#password"}, **{**openbao.environ, **changed})
    assert isinstance(found, SecretProblem)
    assert words in found.message
    assert "canary" not in str(found)


@pytest.mark.service("openbao")
def test_a_sealed_server_is_reported(ask, new_openbao):
    new_openbao.put("mail/acme", password="s3cret")
    new_openbao.client.sys.seal()
    found = ask({"vault": "secret/mail/acme#password"}, **new_openbao.environ)
    assert isinstance(found, SecretProblem)
    assert "sealed" in found.message


def test_a_server_that_hangs_is_given_up(ask, monkeypatch):
    monkeypatch.setattr(vault, "_PATIENCE", Patience(0.3))
    start = monotonic()
    with create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        found = ask({"vault": "secret/a#b"}, VAULT_ADDR=address, VAULT_TOKEN="t")
    assert isinstance(found, SecretProblem)
    assert "did not answer within 0.3 seconds" in found.message
    assert monotonic() - start < 3


@contextmanager
def web_server(status: int, body: bytes, **headers: str) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"<html>"), (200, b"[]"), (200, b'{"data": []}'), (204, b""), (418, b"x")]
)
def test_a_server_that_is_no_vault_gives_no_secret(ask, status, body):
    with web_server(status, body) as (address, _asked):
        assert isinstance(ask({"vault": "secret/a#b"}, VAULT_ADDR=address, VAULT_TOKEN="t"), SecretProblem)


def test_the_token_follows_no_redirection(ask):
    with web_server(200, b"{}") as (elsewhere, asked), web_server(307, b"", Location=elsewhere) as (address, _):
        assert isinstance(ask({"vault": "secret/a#b"}, VAULT_ADDR=address, VAULT_TOKEN="t"), SecretProblem)
        assert asked == []


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "VAULT_ADDR is not set"),
        ({"VAULT_ADDR": "vault.acme.example"}, "not an address"),
        ({"VAULT_ADDR": "https://[vault.acme.example"}, "not an address"),
        ({"VAULT_ADDR": "https://vault.acme.example:x"}, "not an address"),
        ({"VAULT_ADDR": "https://me:canary@vault.acme.example"}, "not an address"),
        ({"VAULT_ADDR": "http://vault.acme.example", "VAULT_TOKEN": "canary"}, "clear text"),
        ({"VAULT_ADDR": "https://vault.acme.example"}, "who we are"),
        ({"VAULT_ADDR": "https://vault.acme.example", "VAULT_ROLE_ID": "x"}, "who we are"),
    ],
)
def test_an_environment_that_does_not_do_is_reported(ask, environ, words):
    found = ask({"vault": "secret/a#b"}, **environ)
    assert isinstance(found, SecretProblem)
    assert words in found.message
    assert "canary" not in str(found)


@pytest.mark.parametrize(
    "word", ["secret/a", "secret#b", "secret/a#", "secret/../sys/mounts#b", "secret//a#b", "/a/b#c", 1]
)
def test_a_malformed_word_is_reported(ask, word):
    found = ask({"vault": word})
    assert isinstance(found, SecretProblem)
    assert found.kind == "malformed"


def test_without_the_library_the_extra_is_named(ask, not_installed):
    not_installed("hvac")
    found = ask({"vault": "secret/a#b"})
    assert isinstance(found, SecretProblem)
    assert found.help == "install it: pip install 'mailspec[vault]'"
