"""What Git ignores is no file that somebody forgot."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mailspec.workflow.validate.validation import validate

PEOPLE = "users:\n  - {email: alice@acme.example, mode: other}\n"


def found(root: Path) -> list[str]:
    return [f.location.file for f in validate((str(root),)).findings if f.code == "MS010" and f.location is not None]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "repository/mail"
    (root / "build").mkdir(parents=True)
    (root / "mailspec.yml").write_text("version: 1\n")
    (root / "build/people.yml").write_text(PEOPLE)
    (root / "people.yml").write_text(PEOPLE)
    monkeypatch.chdir(root)
    return root


def test_outside_git_every_file_counts(project: Path) -> None:
    assert found(project) == ["build/people.yml", "people.yml"]


def test_what_git_ignores_is_left_out(project: Path) -> None:
    top = project.parent
    subprocess.run(["git", "init", "-q", str(top)], check=True)
    (top / ".gitignore").write_text("build/\n")
    assert found(project) == ["people.yml"]


def test_a_file_in_another_encoding_or_a_pipe_is_passed_over(project: Path) -> None:
    (project / "build/people.yml").write_bytes(b"\xff\xfe\x00")
    (project / "people.yml").unlink()
    assert found(project) == []


def test_a_file_asked_for_by_itself_says_nothing_of_others(project: Path) -> None:
    assert [f.code for f in validate((str(project / "mailspec.yml"),)).findings] == []
