"""A change cannot have the runner's variables shown by naming their prefix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mailspec_tests_attempts import hub

Cli = Callable[..., Any]
CANARY = "Canary-81-of-the-runner"
SPEC = hub()
MOVED = SPEC.replace("id: acme", "id: acme, env_prefix: OTHER_")
ACTING = [("validate", "--with-env"), ("plan",), ("probe",), ("status",), ("drift",)]


@pytest.fixture
def moved(repository: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    assert MOVED != SPEC
    monkeypatch.setenv("OTHER_USERNAME", CANARY)
    monkeypatch.setenv("OTHER_PORT", CANARY)
    repository.commit("start", {"mailspec.yml": SPEC})
    repository.commit("prefix", {"mailspec.yml": MOVED})
    return repository


@pytest.mark.parametrize("command", ACTING, ids=" ".join)
def test_under_a_base_no_variable_of_another_prefix_is_read(command: tuple[str, ...], moved: Any, cli: Cli) -> None:
    ran = cli(*command, "--base", "HEAD~1", cwd=moved.folder)
    assert (ran.code, CANARY in ran.out + ran.err) == (5, False), ran.out + ran.err
    assert "instance.env_prefix" in ran.err


def test_diff_reads_none_where_the_prefix_differs(moved: Any, cli: Cli) -> None:
    ran = cli("diff", "HEAD~1...HEAD", "--with-env", cwd=moved.folder)
    assert CANARY not in ran.out + ran.err
    assert "OTHER_" in ran.out


@pytest.mark.parametrize("command", [("show",), *ACTING], ids=" ".join)
def test_with_limits_each_variable_is_named_as_a_secret(
    command: tuple[str, ...], moved: Any, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = tmp_path / "limits.yml"
    limits.write_text("version: 1\nsecrets: ['env:ACME_*']\n")
    monkeypatch.setenv("MAILSPEC_LIMITS", str(limits))
    ran = cli(*command, cwd=moved.folder)
    assert (ran.code, CANARY in ran.out + ran.err) == (5, False), ran.out + ran.err
    assert "env:OTHER_" in ran.err
    limits.write_text("version: 1\nsecrets: ['env:OTHER_*', 'env:ACME_*']\n")
    assert "env:OTHER_" not in cli(*command, cwd=moved.folder).err


def test_variables_of_the_base_s_own_prefix_are_read(moved: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTHER_PORT")
    moved.commit("words", {"mailspec.yml": MOVED.replace("id: acme,", "id: acme, name: Acme,")})
    assert (
        f"OTHER_USERNAME overrides auth.username of 'Hub': {CANARY}"
        in cli("plan", "--base", "HEAD~1", cwd=moved.folder).err
    )


def test_variables_count_in_a_diff_where_they_are_asked_for(
    repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER_HOST", "variable.acme.example")
    repository.commit("start", {"mailspec.yml": MOVED})
    repository.commit("host", {"mailspec.yml": MOVED.replace("mail.acme.example", "mx.acme.example")})
    assert "mail.acme.example -> mx.acme.example" in cli("diff", "HEAD~1...HEAD", cwd=repository.folder).out
    overridden = cli("diff", "HEAD~1...HEAD", "--with-env", cwd=repository.folder).out
    assert "host mail.acme.example -> mx.acme.example" not in overridden
