"""``prove: true``: a program's own test after the write and in drift."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import TargetProblem
from mailspec.targets.proving import proof_of
from mailspec.targets.reloading import run_proof

SPEC = """\
version: 1
instance: {id: acme, name: Acme}
configurations:
  - {name: Office, state: inactive, host: mail.acme.example, port: 465, from: office@acme.example}
targets:
  - {name: mta, type: msmtp, path: msmtprc, configuration: Office, prove: true}
"""


def test_a_program_that_ends_with_0_proves() -> None:
    assert run_proof(["true"]) == "proven by: true"


@pytest.mark.parametrize(
    ("command", "word"),
    [
        (["false"], "its own test ended with 1 (false)"),
        (["mailspec-no-such-program"], "could not be started"),
        (["sh", "-c", "echo unused >&2"], "its own test complained"),
    ],
)
def test_a_failed_or_missing_test_is_a_problem(command: list[str], word: str) -> None:
    found = run_proof(command, silent=True)
    assert isinstance(found, TargetProblem)
    assert word in found.message


def test_who_has_no_test_or_is_not_asked_says_so(tmp_path: Path) -> None:
    quiet = TargetDesired("app", "env_file", "app.env", {})
    asked = TargetDesired("app", "env_file", "app.env", {}, prove=True)
    assert proof_of(quiet, tmp_path, {}) is None
    assert proof_of(asked, tmp_path, {}) == "not proven: a target of type env_file has no test of its own"


def stand_in(folder: Path, ending: int) -> dict[str, str]:
    """Put a program called msmtp first on the path."""
    program = folder / "bin/msmtp"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\nexit {ending}\n")
    program.chmod(0o755)
    return {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}


def test_a_failed_proof_puts_the_file_back_and_shows_in_drift(tmp_path: Path, cli_process: Any) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "mailspec.yml").write_text(SPEC)
    failed = cli_process("apply", "--auto-approve", "--no-test", cwd=project, env=stand_in(tmp_path, 78))
    assert (failed.code, (project / "msmtprc").exists()) == (6, False)
    assert "its own test ended with 78" in failed.out + failed.err
    done = cli_process("apply", "--auto-approve", "--no-test", cwd=project, env=stand_in(tmp_path, 0))
    assert done.code == 0, done.err
    assert "proven by: msmtp -C" in done.out + done.err
    assert "proven by: msmtp" in cli_process("drift", cwd=project, env=stand_in(tmp_path, 0)).out
    drifted = cli_process("drift", "--detailed-exitcode", cwd=project, env=stand_in(tmp_path, 78))
    assert drifted.code == 7
    assert "its own test ended with 78" in drifted.out


def test_a_program_is_reloaded_where_something_was_written(tmp_path: Path, cli: Any) -> None:
    spec = SPEC.replace("prove: true", f"reload: [touch, {tmp_path}/reloaded]").replace("inactive", "active")
    spec = spec.replace("mail.acme.example", "mail.acme.invalid")
    (tmp_path / "mailspec.yml").write_text(spec)
    apply = ("apply", "--auto-approve", "--no-test", "--allow", "unproven=Office")
    assert cli(*apply, cwd=tmp_path).code == 0
    (tmp_path / "reloaded").unlink()
    # What mailspec takes over as it is needs no reload: the program has read it already.
    (tmp_path / "other").mkdir()
    (tmp_path / "other/msmtprc").write_bytes((tmp_path / "msmtprc").read_bytes())
    (tmp_path / "other/mailspec.yml").write_text(
        spec.replace("configuration: Office,", "configuration: Office, adopt: true,")
    )
    assert cli(*apply, cwd=tmp_path / "other").code == 0
    assert not (tmp_path / "reloaded").exists()
    (tmp_path / "other/mailspec.yml").write_text(spec.replace("465", "587"))
    assert cli(*apply, cwd=tmp_path / "other").code == 0
    assert (tmp_path / "reloaded").exists()
