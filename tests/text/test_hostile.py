"""No text keeps the reader busy or kills it; in a process of its own, because what fails here fails badly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "hostile.py"


def test_hostile_texts_are_read_in_linear_time() -> None:
    # A text that is read in quadratic time needs minutes at this size; all together need seconds.
    command = [sys.executable, str(PROGRAM), "200000"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    except subprocess.TimeoutExpired as error:
        lines = (error.stdout or b"").decode().splitlines()
        pytest.fail(f"not done after 180 s: {lines[-1:]}")
    lines = done.stdout.splitlines()
    assert done.returncode == 0, (lines[-1:], done.stderr[-2000:])
    assert lines.count("start '- '") == 1
    assert len(lines) > 160
