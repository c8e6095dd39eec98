"""A project of another user is not read, wherever it lies on the way."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mailspec.workflow.ownership import foreign

NOBODY = 65534
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file of another user")


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("MAILSPEC_TRUSTED_PROJECTS", raising=False)
    monkeypatch.delenv("SUDO_UID", raising=False)
    folder = Path(tempfile.mkdtemp())
    (folder / "users/deep").mkdir(parents=True)
    (folder / "mailspec.yml").write_text("version: 1\n")
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("name", [".", "mailspec.yml", "users", "users/deep"])
@pytest.mark.parametrize("command", [("validate",), ("plan",), ("show",), ("secret", "check"), ("diff", "HEAD")])
def test_what_another_user_owns_is_refused_by_name(
    name: str, command: tuple[str, ...], project: Path, cli: Callable[..., Any]
) -> None:
    os.chown(project / name, NOBODY, NOBODY)
    ran = cli(*command, cwd=project / "users/deep")
    assert ran.code == 5, ran.out + ran.err
    assert "Refused (foreign-project)" in ran.err
    assert str((project / name).resolve()) in ran.err


def test_the_own_one_is_read(project: Path, cli: Callable[..., Any]) -> None:
    assert cli("validate", cwd=project).code == 0


@pytest.mark.parametrize("words", ["{project}", "/nowhere:{project}/..", "*", "{project}:*"])
def test_a_trusted_one_is_read(words: str, project: Path, cli: Callable[..., Any]) -> None:
    os.chown(project / "mailspec.yml", NOBODY, NOBODY)
    env = {"MAILSPEC_TRUSTED_PROJECTS": words.replace("{project}", str(project))}
    assert cli("validate", cwd=project, env=env).code == 0


@pytest.mark.parametrize("words", ["", "{project}x", ".", "relative", ":"])
def test_what_names_another_folder_trusts_nothing(words: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chown(project, NOBODY, NOBODY)
    monkeypatch.setenv("MAILSPEC_TRUSTED_PROJECTS", words.replace("{project}", str(project)))
    assert foreign(str(project), "/") is not None


def test_behind_sudo_the_users_own_is_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chown(project, NOBODY, NOBODY)
    monkeypatch.setenv("SUDO_UID", str(NOBODY))
    assert foreign(str(project), "/") is None
    monkeypatch.setenv("SUDO_UID", "1234")
    assert foreign(str(project), "/") is not None
