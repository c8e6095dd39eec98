"""Target types by name, those of third parties through their entry points."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest

from mailspec.targets.base import TargetProblem, TargetType
from mailspec.targets.env_file import EnvFile
from mailspec.targets.registry import find


def test_the_own_types_are_found_without_looking_further(monkeypatch) -> None:
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: pytest.fail("looked for plug-ins"))
    assert isinstance(find("env_file"), EnvFile)


def test_a_third_partys_type_is_loaded_when_it_is_named(monkeypatch) -> None:
    entry = importlib.metadata.EntryPoint("theirs", "mailspec.targets.env_file:EnvFile", "mailspec.targets")
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: [entry])
    assert isinstance(find("theirs"), EnvFile)


def test_a_broken_plug_in_and_an_unknown_word_are_problems(monkeypatch) -> None:
    entry = importlib.metadata.EntryPoint("theirs", "nowhere.at.all:Thing", "mailspec.targets")
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: [entry])
    assert "ModuleNotFoundError" in find("theirs").message
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: [])
    assert isinstance(find("nothing"), TargetProblem)


def test_the_documentation_lists_the_whole_interface() -> None:
    page = (Path(__file__).parents[2] / "docs/applying.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (yes|no|by)\b", page, re.MULTILINE)
    names = {name for name in vars(TargetType) if not name.startswith("_")}
    assert {name for name, _ in rows} == names
    assert {name for name, needed in rows if needed == "yes"} == TargetType.__abstractmethods__
