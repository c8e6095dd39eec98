"""The command that ``delivery.alert`` names is told where the files are checked, not only where a worker starts it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SPEC = """\
version: 1
instance: {id: acme}
policy: {test_recipients: [postmaster@acme.example]}
configurations:
  - name: A
    host: mail.acme.example
    auth: {username: hub@acme.example, password: {env: ACME_A}}
delivery: {alert: {command: [%s]}}
"""
REFUSED = ("curl, evil.example", "notify-more", "./notify", "sh, -c, notify")


@pytest.mark.parametrize("words", ["notify, ops", *REFUSED])
@pytest.mark.parametrize("command", ["validate", "plan"])
def test_an_alerts_command_is_within_the_limits(
    command: str, words: str, cli: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC % words)
    (tmp_path / "limits.yml").write_text("version: 1\nsecrets: ['env:ACME_*', 'command:notify *']\n")
    ran = cli(command, "--limits", "limits.yml", cwd=tmp_path, env={"ACME_A": "s3cret-of-acme"})
    assert (ran.code == 5) == (words in REFUSED), ran.out + ran.err
    assert ("delivery.alert.command: " in ran.err) == (words in REFUSED)


def test_an_alerts_command_of_the_base_is_no_proposal(repository: Any, cli: Callable[..., Any]) -> None:
    repository.commit("start", {"mailspec.yml": SPEC % "notify, ops"})
    repository.commit("same", {"mailspec.yml": SPEC % "notify, ops" + "x-note: 1\n"})
    assert cli("validate", "--base", "HEAD~1", cwd=repository.folder).code == 0
    repository.commit("other", {"mailspec.yml": SPEC % "curl, ops"})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "delivery.alert.command: " in ran.err) == (5, True), ran.out + ran.err
