"""docs/diagnosis.md is what its tool writes, and every reply that it shows is understood as it says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from mailspec.diagnosis.details import DETAILS, meanings
from mailspec.diagnosis.diagnose import diagnose

ROOT = Path(__file__).parents[2]


def shown() -> list[Any]:
    found = []
    for category, entry in meanings().items():
        for detail, words in [(None, entry), *entry.get("details", {}).items()]:
            if "says" in words:
                found.append(pytest.param(category, detail, words, id=f"{category}/{detail or ''}"))
    return found


def tool() -> Any:
    spec = importlib.util.spec_from_file_location("diagnosis_page", ROOT / "tools/diagnosis_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_tool_writes() -> None:
    page = tool()
    assert page.PAGE.read_text(encoding="utf-8") == page.page(), "run python tools/diagnosis_page.py"


@pytest.mark.parametrize(("category", "detail", "words"), shown())
def test_a_shown_reply_is_understood_as_the_page_says(category: str, detail: str | None, words: dict[str, Any]) -> None:
    found = diagnose(words["says"], **words.get("given", {}))
    assert (found.category, found.detail) == (category, detail)


def test_each_detail_has_a_reply_or_says_that_mailspec_finds_it_out() -> None:
    for entry in meanings().values():
        for words in entry.get("details", {}).values():
            assert ("says" in words) != ("own" in words)
            assert words["means"]


def test_each_category_has_one_defining_line() -> None:
    assert set(meanings()) == set(DETAILS)
    assert all(entry["means"].endswith(".") for entry in meanings().values())
