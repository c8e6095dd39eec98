"""A merge that is not finished stops what would be read from the file: nothing is concluded from what it hides."""

from __future__ import annotations

import subprocess

import pytest

ONE = """configurations:
  - name: Primary
    state: active
    host: mail.acme.example
    from: noreply@acme.example
"""
OPEN = ONE.replace(
    "    host: mail.acme.example\n",
    "<<<<<<< HEAD\n    host: mail.acme.example\n=======\n    host: mail2.acme.example\n>>>>>>> new-relay\n",
)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "configurations").mkdir()
    (tmp_path / "mailspec.yml").write_text("version: 1\ninstance: {name: Acme}\n")
    (tmp_path / "configurations/primary.yml").write_text(ONE)
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        identity = ["-c", "user.name=T", "-c", "user.email=t@acme.example"]
        subprocess.run(["git", "-C", tmp_path, *identity, *words], check=True)
    (tmp_path / "configurations/primary.yml").write_text(OPEN)
    return tmp_path


def test_diff_says_that_it_cannot_read_and_not_that_mail_is_off(cli, project):
    ran = cli("diff", "HEAD", "--format", "json", cwd=project)
    assert [effect["kind"] for effect in ran.json["effects"]] == ["unreadable"]
    assert {finding["code"] for finding in ran.json["findings"]["new"]} == {"MS001"}


@pytest.mark.parametrize("command", ["plan", "apply", "test"])
def test_nothing_is_planned_applied_or_tried(cli, project, command):
    ran = cli(command, cwd=project)
    assert (ran.code, "A merge is not finished" in ran.out) == (1, True)


def test_markers_with_the_line_ends_of_windows_are_found(cli, project):
    (project / "configurations/primary.yml").write_bytes(OPEN.replace("\n", "\r\n").encode())
    assert "MS001" in cli("validate", "--format", "concise", cwd=project).out
