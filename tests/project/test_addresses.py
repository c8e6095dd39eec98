"""tools/checks/addresses.py looks at every file that pins packages, not at a list that somebody has to keep."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINS = {
    "constraints.txt": "click==8.3.1\n",
    "bench/peers.npm": "ajv@8.20.0\n",
    "tools/services/formats.npm": "@scope/name@1.0.0\n",
}


@pytest.fixture
def checkout(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "tools/checks").mkdir(parents=True)
    (tmp_path / "tools/checks/addresses.py").write_bytes((ROOT / "tools/checks/addresses.py").read_bytes())
    for name, text in PINS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def check(folder):
    command = [sys.executable, folder / "tools/checks/addresses.py"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_names_and_versions_pass(checkout):
    ran = check(checkout)
    assert (ran.returncode, ran.stdout) == (0, "addresses: none named\n")


@pytest.mark.parametrize("name", [*PINS, "constraints-docs.txt", "tools/other.npm", "poetry.lock"])
@pytest.mark.parametrize("pin", ["name @ https://mirror.example/name.tgz", "name>=1", '"resolved": "anything"'])
def test_a_pin_that_says_more_is_reported(name, pin, checkout):
    (checkout / name).write_text(f"{PINS.get(name, '')}{pin}\n")
    ran = check(checkout)
    assert ran.returncode == 1
    assert f"{name}:" in ran.stdout
