"""A run's limits hold wherever a secret is read, also for ``validate --with-secrets`` on a stranger's Spec."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.workflow.policy.outside_limits import Limits

SPEC = """\
version: 1
configurations:
  - name: Office
    host: mail.acme.example
    auth: {{username: hub@acme.example, password: {{command: [touch, {mark}]}}}}
"""


def test_a_command_that_is_not_allowed_is_not_run(cli: Callable[..., Any], tmp_path: Path) -> None:
    mark = tmp_path / "was-run"
    (tmp_path / "mailspec.yml").write_text(SPEC.format(mark=mark))
    limits = tmp_path / "limits.yml"
    limits.write_text("version: 1\nsecrets: ['env:HUB_*']\n")
    ran = cli("validate", "--with-secrets", cwd=tmp_path, env={"MAILSPEC_LIMITS": str(limits)})
    assert ran.code == 1
    assert "outside what" in ran.out
    assert not mark.exists()
    limits.write_text("version: 1\nsecrets: ['command:touch *']\n")
    cli("validate", "--with-secrets", cwd=tmp_path, env={"MAILSPEC_LIMITS": str(limits)})
    assert mark.exists()


def test_limits_that_cannot_be_used_allow_nothing(cli: Callable[..., Any], tmp_path: Path) -> None:
    mark = tmp_path / "was-run"
    (tmp_path / "mailspec.yml").write_text(SPEC.format(mark=mark))
    cli("validate", "--with-secrets", cwd=tmp_path, env={"MAILSPEC_LIMITS": str(tmp_path / "gone.yml")})
    assert not mark.exists()


@pytest.mark.parametrize("path", ["a\0b.env", "\ud800.env"])
def test_what_is_no_path_is_refused(path: str) -> None:
    for limits in (Limits("limits.yml", target_paths=("*",)), Limits()):
        refusal = limits.target_path(path)
        assert refusal is not None
        assert refusal.rule == "limits-target-paths"
