"""Signals while test or probe run."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SPEC = """\
version: 1
configurations:
  - {{name: Slow, host: 127.0.0.1, port: {port}, security: none, from: hub@acme.example, timeout: 1s}}
"""


@pytest.mark.parametrize(("before", "code"), [((), 143), (("nohup",), 1)])
def test_a_hangup_ends_it_unless_it_is_ignored(tmp_path: Path, before: tuple[str, ...], code: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        (tmp_path / "mailspec.yml").write_text(SPEC.format(port=server.getsockname()[1]))
        command = [*before, Path(sys.executable).with_name("mailspec"), "probe", "--all"]
        # Nothing here is a terminal, so that nohup writes no file of its own.
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, cwd=tmp_path, stdin=quiet, stdout=quiet, stderr=quiet) as process:
            held, _ = server.accept()
            process.send_signal(signal.SIGHUP)
            process.wait(timeout=30)
        held.close()
    assert process.returncode == code
