"""What is shipped: the schemas, the providers' data, types and the licence, and nothing of the suite."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory) -> set[str]:
    """Build the wheel with the installed builder, without the network, and list what is in it."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_types_and_licence_are_shipped(names):
    assert "mailspec/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_every_schema_is_shipped(names):
    published = {path.relative_to(ROOT / "schemas").as_posix() for path in (ROOT / "schemas").rglob("*.json")}
    assert published
    assert {f"mailspec/schema/published/{name}" for name in published} <= names


def test_every_data_file_of_the_package_is_shipped(names):
    data = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "mailspec").rglob("*")
        if path.is_file() and path.suffix in (".json", ".yml", ".yaml", ".md", ".j2")
    }
    assert data <= names
    assert "mailspec/providers/compiled.json" in names


def test_nothing_else_is_shipped(names):
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"mailspec"}
    assert not [name for name in names if "/tests/" in name or "__pycache__" in name]
