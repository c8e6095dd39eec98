"""mailspec as people get it: a wheel of this tree, and pip without a network. Filled by tools/services/wheels.sh."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WHEELS = ROOT / ".tools/wheels"


def missing() -> str | None:
    if not (WHEELS / ".ready").exists():
        return "the wheels are not there; tools/services/wheels.sh gets them"
    return None


SERVICES = {"wheels": missing}


@pytest.fixture(scope="session")
def offline_pip(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables with which pip finds mailspec of this tree, its dependencies and its builder, and asks nobody."""
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": f"{WHEELS} {folder}",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_CACHE_DIR": "1",
    }
