"""No text keeps the reader busy or kills it; in a process of its own, because what fails here fails badly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "hostile.py"


@pytest.mark.parametrize(("parser", "size"), [("native", 200_000), ("pure", 20_000)])
def test_hostile_texts(parser: str, size: int) -> None:
    # A text that is read in quadratic time needs minutes at this size; all together need seconds.
    command = [sys.executable, str(PROGRAM), parser, str(size)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    except subprocess.TimeoutExpired as error:
        told = (error.stdout or b"").decode().splitlines()
        pytest.fail(f"not done after 180 s: {told[-1:]}")
    told = done.stdout.splitlines()
    assert done.returncode == 0, (told[-1:], done.stderr[-2000:])
    assert told.count("start '- '") == 1
    assert len(told) > 160
