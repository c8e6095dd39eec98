"""Patterns in which an address stands for ``{email}``: the right ones are found, and few are tried."""

from __future__ import annotations

import re

import pytest

from mailspec.text import person_pattern
from mailspec.text.person_pattern import PersonPatterns

TEXTS = ["mail/{email}", "mail/{email}.pw", "{email}/mail", "mail/{email}/{email}.pw", "post/{email}.pw"]


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("mail/a@acme.example", ["mail/{email}"]),
        ("mail/a@acme.example.pw", ["mail/{email}", "mail/{email}.pw"]),
        ("mail/a/a.pw", ["mail/{email}/{email}.pw"]),
        ("mail/a/b.pw", []),
        ("mail/mail", ["mail/{email}", "{email}/mail"]),
        ("mail/", []),
        ("pw", []),
        ("", []),
    ],
)
def test_those_that_fit_are_found(text: str, fitting: list[str]) -> None:
    known = PersonPatterns()
    for pattern in TEXTS:
        known.add(pattern)
    assert sorted(known.fitting(text)) == sorted(fitting)


def test_patterns_that_begin_or_end_otherwise_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each of 5,000 people's patterns was tried on each of 5,000 references (28 s).
    tried: list[str] = []

    class Counted:
        def __init__(self, text: str) -> None:
            self.text = text

        def fullmatch(self, text: str) -> re.Match[str] | None:
            tried.append(text)
            return re.fullmatch(re.escape(self.text).replace(r"\{email\}", "(.+)"), text)

    monkeypatch.setattr(person_pattern, "person_pattern", Counted)
    known = PersonPatterns()
    for number in range(300):
        known.add(f"people/{number}/{{email}}")
        known.add(f"all/{{email}}/{number}")
    for number in range(300):
        assert known.fitting(f"people/{number}/a@acme.example") == [f"people/{number}/{{email}}"]
        assert known.fitting(f"all/a@acme.example/{number}") == [f"all/{{email}}/{number}"]
    assert len(tried) < 300 * 2 * 3
