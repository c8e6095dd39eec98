"""What the fuzz tests share: a project to break, and the parts of tools/fuzz."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def fuzz(monkeypatch):
    """Import a part of tools/fuzz by name."""
    monkeypatch.syspath_prepend(str(ROOT))
    return lambda name: importlib.import_module(f"tools.fuzz.{name}")


@pytest.fixture
def project(fuzz, tmp_path, monkeypatch):
    """A copy of the quickstart as the working folder."""
    made = fuzz("project").Project(tmp_path / "project")
    monkeypatch.chdir(made.folder)
    return made


@pytest.fixture(autouse=True)
def busy_machine(fuzz, monkeypatch):
    """Leave room for a machine whose cores the suite shares; ``make fuzz`` holds the real bar of 2 s."""
    monkeypatch.setattr(fuzz("oracle"), "CPU_SECONDS", 8.0)
