"""`make demo` walks to its end: each step's exit code is the one that it tells, and a message arrives."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_demo_walks_to_its_end(tmp_path):
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, ROOT / "tools/demo/run.py", tmp_path / "demo"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - start < 60
    assert "MS101" in done.stdout
    assert "Subject: " in done.stdout
    assert list(tmp_path.glob("demo/server/mailbox/*.eml"))
