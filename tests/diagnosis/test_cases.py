"""Real texts of servers and programs, in cases/*.yml: each with what it means and where it was read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from ruamel.yaml import YAML

from mailspec.diagnosis.details import DETAILS
from mailspec.diagnosis.diagnose import diagnose
from mailspec.outcome.mail import Category

FILES = sorted((Path(__file__).parent / "cases").glob("*.yml"))
FIELDS = {"code": "smtp_code", "enhanced": "enhanced_code", "retry": "retry", "provider": "provider"}


def cases() -> list[Any]:
    found = []
    for path in FILES:
        loaded = YAML(typ="safe", pure=True).load(path)
        for number, case in enumerate(loaded["cases"]):
            case.setdefault("source", loaded["source"])
            found.append(pytest.param(case, id=f"{path.stem}-{number}"))
    return found


CASES = cases()


@pytest.mark.parametrize("case", CASES)
def test_a_text_is_understood(case: dict[str, Any]) -> None:
    found = diagnose(case["text"], **case.get("given", {}))
    category, _, detail = case["is"].partition("/")
    assert (found.category, found.detail) == (category, detail or None)
    for word, field in FIELDS.items():
        if word in case:
            assert getattr(found, field) == case[word]
    assert case.get("advice", "") in found.advice
    assert case["source"]


def test_there_are_enough() -> None:
    assert len(CASES) >= 150


def test_every_category_has_a_text() -> None:
    assert {case.values[0]["is"].partition("/")[0] for case in CASES} == set(get_args(Category))


def test_every_case_states_a_known_detail() -> None:
    for case in CASES:
        category, _, detail = case.values[0]["is"].partition("/")
        assert not detail or detail in DETAILS[category]  # type: ignore[index]
