"""docs/features.md: every row is shown by what it names, and what is not there yet is refused in words."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/features.md").read_text(encoding="utf-8")


class Row(NamedTuple):
    page: str
    feature: str
    status: str
    shown_by: str
    expect: str


def rows() -> list[Row]:
    found = []
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 5 and cells[0] != "page":
            found.append(Row(*cells[:3], cells[3].strip("`"), cells[4]))
    return found


COMMANDS = [row for row in rows() if row.shown_by.startswith("mailspec ")]
TESTS = [row for row in rows() if not row.shown_by.startswith("mailspec ")]


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.feature[:60])
def test_the_command_shows_it(row: Row, cli: Callable[..., Any]) -> None:
    ran = cli(*shlex.split(row.shown_by)[1:], cwd=ROOT)
    assert row.expect, "a command needs words to look for"
    assert row.expect.lower() in (ran.out + ran.err).lower(), ran.out + ran.err
    if row.status.startswith("not yet"):
        assert ran.code != 0
    else:
        assert ran.code == 0, ran.err


@pytest.mark.parametrize("row", TESTS, ids=lambda row: row.feature[:60])
def test_the_test_exists(row: Row) -> None:
    """The suite runs it anyway; here it only must not have been renamed away."""
    path, _, name = row.shown_by.partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    function, _, case = name.partition("[")
    assert not function or re.search(rf"^def {function}\(", text, re.MULTILINE)
    if case:
        place = (ROOT / path).parent / "cases" / case.rstrip("]")
        assert place.is_dir() or place.with_name(place.name + ".yml").is_file()


def test_every_row_has_a_known_status_and_the_page_counts_right() -> None:
    held = rows()
    assert {row.page for row in held} == {"MH", "SG", "HB", "M25", "M26"}
    unknown = [row for row in held if not re.fullmatch(r"yes|not yet: (sign-in|delivery|targets)", row.status)]
    assert unknown == []
    waiting = sum(row.status != "yes" for row in held)
    assert f"Not yet: {waiting} rows." in PAGE
