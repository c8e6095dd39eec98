"""mailspec as plain pip installs it today, without the constraints. Filled by tools/services/plain.sh."""

from __future__ import annotations

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
    pip = [PLAIN / "bin/python", "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    wheels = list(folder.glob("*.whl"))
    install = [*pip, "--no-index", "--no-deps", "--force-reinstall", *wheels]
    subprocess.run(install, capture_output=True, check=True, timeout=180)
    return PLAIN / "bin"
