"""Case files, one a provider, found by themselves."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

CASES = Path(__file__).parent / "cases"


@cache
def read_cases() -> dict[str, dict[str, Any]]:
    yaml = YAML(typ="safe", pure=True)
    return {path.stem: yaml.load(path) for path in sorted(CASES.glob("*.yml"))}


@pytest.fixture(scope="session")
def cases() -> dict[str, dict[str, Any]]:
    return read_cases()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give ``case`` every item of one section: ``@pytest.mark.parametrize`` cannot see the files' folder."""
    section = getattr(metafunc.function, "section", None)
    if section is None:
        return
    found = [
        pytest.param((name, *item), id=f"{name}: {' '.join(map(str, item))}")
        for name, held in read_cases().items()
        for item in _items(held, section)
    ]
    metafunc.parametrize("case", found)


def _items(held: dict[str, Any], section: str) -> list[tuple[str, ...]]:
    part = held.get(section, [])
    if isinstance(part, dict):
        return [(verdict, value) for verdict, values in part.items() for value in values]
    return [tuple(str(line).split()) for line in part]
