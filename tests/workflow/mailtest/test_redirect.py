"""In a test environment with ``redirect_to`` every test message goes there, whoever was asked for."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

SPEC = """\
version: 1
instance: {{id: acme-hub, name: Acme Hub}}
configurations:
  - {{name: Main, state: active, host: mail.acme.example, port: 465, auth: {{method: none}}, from: hub@acme.example}}
targets:
  - {{name: app, type: env_file, path: app.env, dialect: systemd}}
policy: {{allowed_recipients: ["*@acme.example"], test_recipients: [postmaster@acme.example]}}
environments:
  staging:
    kind: test
    redirect_to: qa@acme.example
    configurations: [{{name: Main, host: 127.0.0.1, port: {port}, security: none, sandbox: true}}]
    targets: [{{name: app, path: staging.env}}]
"""


class Inbox:
    """Takes every message and remembers the envelope's recipients."""

    def __init__(self) -> None:
        self.recipients: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    inbox = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    (tmp_path / "mailspec.yml").write_text(SPEC.format(port=port))
    yield inbox
    server.stop()


@pytest.mark.parametrize("asked", [("--to", "bob@acme.example"), ("--to", "carol@else.example"), ()])
def test_a_test_message_goes_where_the_environment_redirects(
    inbox: Inbox, tmp_path: Path, cli: Callable[..., Any], asked: tuple[str, ...]
) -> None:
    ran = cli("test", "-E", "staging", *asked, cwd=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    assert inbox.recipients == ["qa@acme.example"]
    assert "All of it goes to qa@acme.example (redirect_to)." in ran.out + ran.err


def test_an_apply_tests_where_the_environment_redirects_and_says_so(
    inbox: Inbox, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    ran = cli("apply", "-E", "staging", "--auto-approve", cwd=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    assert inbox.recipients == ["qa@acme.example"]
    assert "the test message went to qa@acme.example" in ran.out
