"""A process that reads a secret leaves no memory behind, in a core dump or to other processes of its user."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """\
import ctypes, resource, sys
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
from pathlib import Path
from mailspec.secrets.resolve import resolve
resolve({"env": "P"}, Path("."), {"P": "s3cret-canary"})
PR_GET_DUMPABLE = 3
print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(PR_GET_DUMPABLE), flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="core(5) and prctl(2) are Linux's")
def test_a_process_that_read_a_secret_dumps_no_core(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "0 0\n"
        process.send_signal(signal.SIGABRT)
        assert process.wait() == -signal.SIGABRT
    assert list(tmp_path.iterdir()) == []
