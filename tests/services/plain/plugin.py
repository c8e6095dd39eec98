"""mailspec as plain pip installs it today, without the constraints. Filled by tools/services/plain.sh."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PLAIN = ROOT / ".tools/plain"


def missing() -> str | None:
    if not (PLAIN / ".ready").exists():
        return "the environment without constraints is not there; tools/services/plain.sh makes it"
    return None


SERVICES = {"plain": missing}


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of that environment, with this tree's wheel in it."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True, timeout=180)
    (wheel,) = folder.glob("*.whl")
    pip = [PLAIN / "bin/python", "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    install = [*pip, "--no-index", "--no-deps", "--force-reinstall", wheel]
    with (PLAIN / ".wheel").open("a+") as installed:
        # Another worker's tests may use it; the same tree always gives the same wheel.
        fcntl.flock(installed, fcntl.LOCK_EX)
        installed.seek(0)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if installed.read() != digest:
            done = subprocess.run(install, capture_output=True, text=True, check=False, timeout=180)
            assert done.returncode == 0, done.stdout + done.stderr
            installed.truncate(0)
            installed.write(digest)
    return PLAIN / "bin"
