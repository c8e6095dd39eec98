"""A full disk where the report goes does not hide that the change was made, or that it was not."""

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
instance: {{id: acme-hub}}
configurations:
  - {{name: Spare, state: inactive, host: spare.acme.example, port: {port}, from: hub@acme.example}}
"""

pytestmark = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")


@pytest.fixture
def full(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*words: str, port: int = 587) -> subprocess.CompletedProcess[str]:
        (tmp_path / "mailspec.yml").write_text(SPEC.format(port=port))
        command = [sys.executable, "-m", "mailspec", *words]
        with open("/dev/full", "w") as out:
            return subprocess.run(
                command, cwd=tmp_path, stdout=out, stderr=subprocess.PIPE, text=True, timeout=60, check=False
            )

    return run


@pytest.mark.parametrize("format", ["text", "json", "markdown"])
def test_the_apply_is_done_though_its_report_is_lost(full: Any, format: str, tmp_path: Path, cli: Any) -> None:
    ran = full("apply", "--auto-approve", "--format", format)
    assert ran.returncode == 1
    assert "The apply is done (history entry 1); only its report is lost." in ran.stderr
    assert "Error: The result cannot be written: No space left on device." in ran.stderr
    assert "applied" in cli("history", cwd=tmp_path).out
    assert "Nothing was to be changed" in full("apply", "--auto-approve").stderr


def test_so_it_is_for_a_rollback(full: Any) -> None:
    full("apply", "--auto-approve")
    full("apply", "--auto-approve", port=465)
    ran = full("rollback", "--auto-approve", port=465)
    assert "The rollback is done (history entry 3)" in ran.stderr


def test_and_for_a_report_in_a_file(full: Any) -> None:
    ran = full("apply", "--auto-approve", "--format", "github-summary=/dev/full")
    assert "The apply is done (history entry 1)" in ran.stderr
    assert ran.returncode == 2
