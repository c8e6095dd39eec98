"""A run loads, checks and resolves its project once, and what was approved is what is used."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from mailspec.load import Loaded
from mailspec.resolve import Resolver
from mailspec.workflow import project as projects
from mailspec.workflow.checks import checking
from mailspec.workflow.options import CheckOptions
from mailspec.workflow.policy.policy_base import Base
from mailspec.workflow.project import ApplyRefusedError
from mailspec.workflow.workspace import open_workspace

SPEC = """\
version: 1
instance: {{id: acme-hub, name: Acme Hub}}
configurations:
  - {{name: Main, state: active, host: 127.0.0.1, port: {port}, security: none, auth: {{method: none}},
     from: hub@acme.example}}
targets:
  - {{name: app, type: env_file, path: app.env, dialect: systemd}}
policy: {{test_recipients: [postmaster@acme.example]}}
"""


class Inbox:
    """Takes every message and remembers its recipients."""

    def __init__(self) -> None:
        self.recipients: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    handler = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def test_a_recipient_edited_at_the_question_gets_no_message(tmp_path, inbox, cli_at_terminal) -> None:
    handler, port = inbox
    file = tmp_path / "mailspec.yml"
    file.write_text(SPEC.format(port=port))

    def edit_and_agree() -> str:
        file.write_text(SPEC.format(port=port).replace("postmaster@acme.example", "mallory@other.example"))
        return "y"

    code, screen = cli_at_terminal(tmp_path, "apply", answers=[("Apply this?", edit_and_agree)])
    assert code == 0, screen
    assert handler.recipients == ["postmaster@acme.example"]
    assert "mallory" not in screen


def test_one_apply_with_a_test_message_loads_checks_and_resolves_once(
    tmp_path, inbox, cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, port = inbox
    (tmp_path / "mailspec.yml").write_text(SPEC.format(port=port))
    counted: dict[str, int] = {}

    def count(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def counting(*args: Any, **kwargs: Any) -> Any:
            counted[name] = counted.get(name, 0) + 1
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, counting)

    count(projects, "load")
    count(checking, "check")
    count(Resolver, "__init__")
    ran = cli("apply", "--auto-approve", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert handler.recipients == ["postmaster@acme.example"]
    assert counted == {"load": 1, "check": 1, "__init__": 1}


def test_a_workspace_works_nothing_out_before_it_is_asked(put, monkeypatch) -> None:
    put({"mailspec.yml": SPEC.format(port=25)})
    monkeypatch.setattr(checking, "check", lambda _workspace: pytest.fail("nobody asked for a report"))
    workspace = open_workspace()
    assert workspace.resolver.activation.active == "Main"
    assert isinstance(workspace.project.loaded, Loaded)


def test_limits_that_cannot_be_used_allow_no_secret_and_stop_whoever_asks(put, monkeypatch) -> None:
    put({"mailspec.yml": SPEC.format(port=25), "limits.yml": "version: 2\n"})
    monkeypatch.setenv("ACME", "canary")
    workspace = open_workspace(limits_file="limits.yml")
    assert workspace.secrets.lookup({"env": "ACME"}) is None
    with pytest.raises(ApplyRefusedError, match="version: 1"):
        _ = workspace.limits


def test_without_a_base_there_is_nothing_to_refuse(put) -> None:
    put({"mailspec.yml": SPEC.format(port=25)})
    workspace = open_workspace(base=Base(), options=CheckOptions(with_env=True))
    assert (workspace.base_files, workspace.policy_refusal) == (None, None)
    workspace.require_policy()
