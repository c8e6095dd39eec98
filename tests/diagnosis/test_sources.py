"""Every rule says where its words come from: a remark of its own, or the provider file's first lines."""

from __future__ import annotations

from pathlib import Path

import pytest

import mailspec.diagnosis

HERE = Path(mailspec.diagnosis.__file__).parent
RULE = "[[rules]]"


@pytest.mark.parametrize("path", sorted((HERE / "common").glob("*.toml")), ids=lambda path: path.stem)
def test_each_rule_for_everybody_names_its_source(path: Path) -> None:
    rules = [line for line in path.read_text("utf-8").splitlines() if line.startswith(RULE)]
    assert rules
    assert [number for number, line in enumerate(rules) if not line.removeprefix(RULE).strip().startswith("# ")] == []


@pytest.mark.parametrize("path", sorted((HERE / "providers").glob("*.toml")), ids=lambda path: path.stem)
def test_each_provider_names_its_source_with_the_day(path: Path) -> None:
    head = path.read_text("utf-8").partition(RULE)[0]
    assert "Texts: " in head
    assert "read 20" in head
