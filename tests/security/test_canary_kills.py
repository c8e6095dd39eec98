"""A secret in an apply that is killed: until it is recovered only files that are as closed as the target hold it."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

SPEC = """\
version: 1
configurations:
  - name: Primary
    host: 127.0.0.1
    port: {port}
    security: none
    auth: {{username: noreply@acme.example, password: {{env: ACME_PASSWORD}}}}
targets: [{{name: app, type: env_file, path: out/app.env, preset: generic, dialect: sh, adopt: true, mode: "0640"}}]
"""
# Ends the process without a chance to tidy up at the n-th call that makes something durable or gives it a name.
KILLER = """
import os, signal, sys
left = int(sys.argv.pop(1))
def deadly(call):
    def run(*args, **options):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **options)
    return run
for name in ("fsync", "rename", "unlink", "replace", "link"):
    setattr(os, name, deadly(getattr(os, name)))
from mailspec.cli.main import run
run()
"""


@pytest.mark.parametrize("calls", [1, 2, 3, 4, 5, 6, 8, 10, 13])
def test_a_killed_apply(parrot, tmp_path: Path, canary, leaks, leaking_files, calls):
    (tmp_path / "out").mkdir()
    target = tmp_path / "out/app.env"
    target.write_text(f"OTHER=kept\nSMTP_PASSWORD={canary[:11]}\n")
    target.chmod(0o640)
    (tmp_path / "mailspec.yml").write_text(SPEC.format(port=parrot.server_address[1]))

    def apply(*prefix: str) -> int:
        done = subprocess.run(
            [sys.executable, *prefix, "apply", "--auto-approve", "--no-test"],
            cwd=tmp_path,
            env={**os.environ, "ACME_PASSWORD": canary},
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert leaks(done.stdout + done.stderr) == [], done
        return done.returncode

    killed = apply("-c", KILLER, str(calls))
    assert killed == -signal.SIGKILL
    for name in leaking_files(tmp_path):
        path = tmp_path / name
        assert path.parent == target.parent, name
        assert stat.S_IMODE(path.stat().st_mode) & ~0o640 == 0, name
    assert apply("-m", "mailspec") == 0
    assert set(leaking_files(tmp_path)) == {"out/app.env"}
    assert [path.name for path in target.parent.iterdir()] == ["app.env"]
