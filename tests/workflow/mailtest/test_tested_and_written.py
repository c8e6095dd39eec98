"""What ``apply`` tries on the wire is what it writes: the same host, name for EHLO, addresses and paths."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from mailspec.mail import session
from mailspec.mail.dial import resolve

SPEC = """\
version: 1
instance: {{id: acme, name: Acme}}
configurations:
  - name: Main
    state: active
    host: {host}
    port: {port}
    security: none
    auth: {{method: none}}
    from: {sender}
    ehlo_name: {ehlo}
targets:
  - {{name: app, type: env_file, path: app.env}}
policy: {{test_recipients: [ops@acme.example], severity: {{MS105: {severity}}}}}
"""
DECLARED = {"host": "mail.acme.example", "ehlo": "hub.acme.example", "sender": "hub@acme.example"}
# What is declared, and what is sent and written; None where it can be neither.
TABLE: list[tuple[str, str, str | None]] = [
    ("host", "mail.täst.example", "mail.xn--tst-qla.example"),
    ("host", "straße.acme.example", "xn--strae-oqa.acme.example"),
    ("host", "ｓｍｔｐ.acme.example", "smtp.acme.example"),
    ("host", "bücher。example。", "xn--bcher-kva.example"),
    ("host", "SMTP.Acme.Example", "SMTP.Acme.Example"),
    ("host", "SMTP.BÜCHER.Example.", "smtp.xn--bcher-kva.example"),
    ("host", "mail.acme.example.", "mail.acme.example"),
    ("host", "mail_relay.acme.example", "mail_relay.acme.example"),
    ("host", "2001:db8::25", "2001:db8::25"),
    ("host", "[2001:db8::25]", None),
    ("host", "a_ü.acme.example", None),
    ("host", "evil.example／.acme.example", None),
    ("host", "mail..acme.example", None),
    ("ehlo", "hub.acme.example.", "hub.acme.example"),
    ("ehlo", "HUB.Acme.Example", "HUB.Acme.Example"),
    ("ehlo", "[192.0.2.1]", "[192.0.2.1]"),
    ("ehlo", "[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"),
    ("ehlo", "hüb.acme.example", "xn--hb-xka.acme.example"),
    ("ehlo", "ｈｕｂ.acme.example", "hub.acme.example"),
    ("ehlo", "a_ü.acme.example", None),
    ("ehlo", "[2001:db8::1]", None),
    ("sender", "redacted@täst.example", "redacted@xn--tst-qla.example"),
    ("sender", "büro@täst.example", "büro@xn--tst-qla.example"),
    ("sender", "hub@STRASSE.example.", "hub@STRASSE.example"),
    ("sender", "hub@a_ü.example", None),
]
KEYS = {"host": "MAIL_HOST", "ehlo": "MAIL_EHLO_NAME", "sender": "MAIL_FROM_ADDRESS"}


class Server:
    """Takes every message and remembers what it was told, and by which name it was looked up."""

    def __init__(self) -> None:
        self.heard: dict[str, str] = {}

    async def handle_EHLO(self, _server: Any, client: Any, _envelope: Any, name: str, replies: list[str]) -> list[str]:
        client.host_name = self.heard["ehlo"] = name
        return replies

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.heard["sender"] = envelope.mail_from
        return "250 OK"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Server, int]]:
    server = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def found(name: str, port: int, deadline: Any) -> Any:
        server.heard["host"] = name
        return resolve("127.0.0.1", port, deadline)

    monkeypatch.setattr(session, "resolve", found)
    controller = Controller(server, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    yield server, port
    controller.stop()


def put(folder: Path, word: str, declared: str, port: int, severity: str) -> None:
    values = {name: json.dumps(text, ensure_ascii=False) for name, text in {**DECLARED, word: declared}.items()}
    (folder / "mailspec.yml").write_text(SPEC.format(**values, port=port, severity=severity))


def written(file: Path) -> dict[str, str]:
    lines = [line.partition("=") for line in file.read_text().splitlines() if not line.startswith("#")]
    return {key: value.strip("'\"") for key, _, value in lines}


@pytest.mark.parametrize(("word", "declared", "sent"), TABLE, ids=[f"{word} {declared}" for word, declared, _ in TABLE])
def test_a_name_is_sent_as_it_is_written_or_validate_refuses_it(
    server: tuple[Server, int], tmp_path: Path, cli: Callable[..., Any], word: str, declared: str, sent: str | None
) -> None:
    heard, port = server
    put(tmp_path, word, declared, port, "error")
    # A name for EHLO that is not in ASCII is an error, too, with the form to write as its fix.
    if sent is None or (word == "ehlo" and not declared.isascii()):
        checked = cli("validate", "--format", "json", cwd=tmp_path)
        errors = [entry["code"] for entry in json.loads(checked.out)["findings"] if entry["severity"] == "error"]
        assert errors == ["MS105"]
        # With the rule out of the way, too, nothing is written that was not tried.
        put(tmp_path, word, declared, port, "warning")
    # An apply stops at any error, so that one which goes through says that there is none.
    ran = cli("apply", "--auto-approve", cwd=tmp_path)
    if sent is None:
        assert ran.code != 0, ran.out
        assert (heard.heard, (tmp_path / "app.env").exists()) == ({}, False)
        return
    assert ran.code == 0, ran.out + ran.err
    keys = written(tmp_path / "app.env")
    assert {name: keys[key] for name, key in KEYS.items()} == {**DECLARED, word: sent}
    assert heard.heard == {**DECLARED, word: sent}
