"""docs/diagnosis.md says the same as the code: a line for each category, and each detail by name."""

from __future__ import annotations

import re
from pathlib import Path

from mailspec.diagnosis.details import DETAILS

PAGE = (Path(__file__).parents[2] / "docs/diagnosis.md").read_text(encoding="utf-8")
MEANINGS, DETAIL_TABLE = PAGE.split("## Details")


def rows(table: str) -> dict[str, str]:
    return dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.MULTILINE))


def test_each_category_has_one_defining_line() -> None:
    assert list(rows(MEANINGS)) == list(DETAILS)
    assert all(line.endswith(".") for line in rows(MEANINGS).values())


def test_each_detail_stands_there() -> None:
    told = {category: re.findall(r"`(\w+)`", line) for category, line in rows(DETAIL_TABLE).items()}
    expected = {category: sorted(details) for category, details in DETAILS.items() if details}
    assert {category: sorted(words) for category, words in told.items()} == expected
