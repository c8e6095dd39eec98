"""Completion in real shells, and man pages as man reads them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SPEC = """\
version: 1
configurations:
  - {name: Primary SMTP Server, state: active, host: mail.acme.example, from: a@acme.example}
users:
  - {email: alice@acme.example}
  - {email: bob@acme.example}
mailings:
  - {name: invoices, type: dispatch, mode: not_configured}
targets:
  - {name: hub, type: env_file, path: hub.env, dialect: systemd}
environments:
  staging: {}
"""


@pytest.fixture
def project(tmp_path: Path, cli: Callable[..., Any]) -> Path:
    (tmp_path / "mailspec.yml").write_text(SPEC)
    for shell in ("bash", "zsh", "fish"):
        (tmp_path / f"complete.{shell}").write_text(cli("completion", shell).out)
    return tmp_path


@pytest.mark.service("shells")
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("mailspec show user:al", "user:alice@acme.example"),
        ("mailspec show user:alice@", "acme.example"),
        ("mailspec show configuration:P", r"configuration:Primary\ SMTP\ Server"),
        ("mailspec apply --limit target:", "target:hub"),
        ("mailspec validate -E st", "staging"),
        ("mailspec val", "validate"),
        ("mailspec validate --stri", "--strict"),
    ],
)
def test_bash(typed: str, completed: str, project: Path, at_terminal: Any) -> None:
    screen = at_terminal(
        ["bash", "--norc", "--noprofile", "-i"], ["source complete.bash"], f"{typed}\t", completed, project
    )
    assert completed in screen


@pytest.mark.service("shells")
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("mailspec show user:al", "user:alice@acme.example"),
        ("mailspec show mailing:", "mailing:invoices"),
        ("mailspec apply --limit target:", "target:hub"),
        ("mailspec val", "validate"),
    ],
)
def test_zsh(typed: str, completed: str, project: Path, at_terminal: Any) -> None:
    lines = ["autoload -Uz compinit; compinit -u -D", "source complete.zsh"]
    screen = at_terminal(["zsh", "-f", "-i"], lines, f"{typed}\t", completed, project)
    assert completed in screen.replace("\\", "")


@pytest.mark.service("shells")
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("mailspec show user:al", "user:alice@acme.example"),
        ("mailspec show conf", "configuration:Primary SMTP Server"),
        ("mailspec apply --confirm-delete target:", "target:hub"),
        ("mailspec val", "validate"),
    ],
)
def test_fish(typed: str, completed: str, project: Path) -> None:
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source complete.fish; complete -C '{typed}'"],
        cwd=project,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(project)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert completed in [line.partition("\t")[0] for line in done.stdout.splitlines()], done.stdout + done.stderr


def test_a_broken_project_completes_nothing_and_says_nothing(tmp_path: Path, cli_process: Any) -> None:
    (tmp_path / "mailspec.yml").write_text("version: [")
    env = {"_MAILSPEC_COMPLETE": "bash_complete", "COMP_LINE": "mailspec show user:"}
    ran = cli_process("show", cwd=tmp_path, env=env)
    assert (ran.code, ran.out.strip(), ran.err) == (0, "", "")


@pytest.mark.service("shells")
def test_man_reads_every_page_without_a_warning(tmp_path: Path, cli: Callable[..., Any]) -> None:
    assert cli("man", "--dir", str(tmp_path / "man")).code == 0
    pages = sorted((tmp_path / "man").iterdir())
    assert {"mailspec.1", "mailspec-apply.1", "mailspec-diff.1"} <= {path.name for path in pages}
    for path in pages:
        done = subprocess.run(
            ["man", "--warnings", "-E", "UTF-8", "-l", path],
            env={**os.environ, "MANWIDTH": "80", "LANG": "C.UTF-8", "MANPAGER": "cat"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, ""), path.name
        assert "EXIT STATUS" in done.stdout
    shown = subprocess.run(
        ["man", "-l", tmp_path / "man/mailspec-apply.1"], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert "--confirm-delete NAME" in shown
    assert "SYNOPSIS" in shown
    assert shown.index("SYNOPSIS") < shown.index("DESCRIPTION")


def test_a_page_of_no_command(cli: Callable[..., Any]) -> None:
    ran = cli("man", "aply")
    assert ran.code == 2
    assert "aply" in ran.err
