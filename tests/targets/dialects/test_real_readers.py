"""What the dialects for ``.env`` files write, held to every reader that can be had: each gives each value back.

A reader is started once for the whole list, which has odd values, those of the suite's odd passwords, and random ones.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from mailspec.targets.dialects.registry import DIALECTS
from tests.support.passwords import ODD
from tests.targets.dialects.readers import readers

READERS = readers()
# What looks for variables in what the quotes gave, too: only the dialect for all readers is written for these.
EXPANDING = {"expand5", "expand10", "expand12", "expand1000"}
VALUES = (
    *ODD,
    "",
    " ",
    "  two  blanks  ",
    "\ttab first",
    "plain-1",
    "pa$word",
    "$NAME",
    "$$",
    "ends in $",
    "${X}",
    "${X:-fallback}",
    "\\$NAME",
    "$(echo run)",
    "`echo run`",
    "it's $X",
    "it's",
    "''",
    '"',
    '""',
    '"it\'s"',
    "'\"'\"'",
    "back\\slash and 'quote'",
    "\\",
    "\\\\",
    "a\\\\b",
    "\\n",
    "a\\nb",
    "C:\\new\\table",
    "\\'",
    '\\"',
    "#",
    "# all comment",
    "a # b",
    "a #b",
    "a#b",
    "it's # not a comment",
    "two\nlines",
    "\nfirst",
    "last\n",
    "dos\r\nlines",
    "carriage\rreturn",
    "it's\ntwo lines",
    'a "quoted"\nline',
    "=",
    "a=b",
    "A=B\nC=D",
    "export X=1",
    "null",
    "~",
    "no",
    "0012",
    "1e3",
    "encrypted:BE9Y7LKANx77X1pv1HnEoil93fPa5c9rpL",
    "ümläut ☃ пароль 密码 🔑",
    "ü's",
    "e\u0301",
    "\u00a0no-break\u00a0",
    "zero\u200bwidth",
    "line\u2028separator",
    "\ufeffmark",
    "bell\a",
    "nul\0",
    "escape\x1b[0m",
    "%s %(x)s {y} {{z}} <%= w %>",
    "a,b;c|d&e>f<g(h)[i]{j}!k?l*m^n~o",
    "x" * 3000,
)
# None of these may be refused: they stand in passwords and names every day.
WRITTEN = (
    *("s3cret#w", "a b", "#start", "mid;dle", "in'side", 'in"side', "back\\slash", "zoë-пароль-密码", "`tick`"),
    *("%(host)s", "!bang & | < > *", "two\nlines", "it's", " leading", "trailing ", "a=b"),
)


def random_values(count: int) -> list[str]:
    chosen = random.Random(12)
    letters = [*"aB1$'\"\\`# \n\t{}()=:%én-"]
    return ["".join(chosen.choices(letters, k=chosen.randrange(1, 12))) for _ in range(count)]


def file_of(dialect: str, path: Path) -> dict[str, str]:
    """Write every value that the dialect holds, and return them by key; marks stand between them."""
    wanted: dict[str, str] = {}
    lines = []
    for number, value in enumerate([*VALUES, *WRITTEN, *random_values(400)]):
        quoted = DIALECTS[dialect].quote(value)
        if quoted is None:
            assert DIALECTS[dialect].why_not(value)
            continue
        wanted[f"K{number}"] = value
        wanted[f"M{number}"] = "mark"
        lines += [DIALECTS[dialect].line(f"K{number}", quoted), f"M{number}=mark"]
    path.write_bytes(("\n".join(lines) + "\n").encode())
    return wanted


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("dialect", ["dotenv", "dotenv_literal"])
def test_every_reader_gives_each_value_back(
    dialect: str, name: str, tmp_path: Path, lack: Callable[[str], NoReturn]
) -> None:
    reader = READERS[name]
    if isinstance(reader, str):
        lack(reader)
    if dialect == "dotenv_literal" and name in EXPANDING:
        pytest.skip("dotenv_literal is not for readers that look for $ within single quotes, as docs/applying.md says")
    wanted = file_of(dialect, tmp_path / "settings.env")
    held = reader(tmp_path / "settings.env")
    assert held is not None, "it cannot read the file"
    wrong = {value: held.get(key) for key, value in wanted.items() if held.get(key) != value}
    assert wrong == {}
    assert len(wanted) > 250


@pytest.mark.parametrize("value", [*WRITTEN, ""])
@pytest.mark.parametrize("dialect", ["dotenv", "dotenv_literal"])
def test_what_stands_in_passwords_every_day_is_not_refused(dialect: str, value: str) -> None:
    assert DIALECTS[dialect].quote(value) is not None


@pytest.mark.parametrize("value", ["pa$word", "$", "s3cret pa$$w", "\\$NAME", "$(echo run)", "it's $5"])
def test_a_dollar_is_refused_in_words_where_a_reader_would_replace_it(value: str) -> None:
    assert DIALECTS["dotenv"].quote(value) is None
    assert "dialect: dotenv_literal" in DIALECTS["dotenv"].why_not(value)


@pytest.mark.parametrize(("value", "form"), [("pa$word", "'pa$word'"), ("$(echo run)", "'$(echo run)'"), ("$", "'$'")])
def test_where_quotes_are_taken_as_they_are_a_dollar_stands_in_single_ones(value: str, form: str) -> None:
    assert DIALECTS["dotenv_literal"].quote(value) == form


@pytest.mark.parametrize("value", ["${X}", "it's $X", "a${b}c"])
def test_what_python_dotenv_would_replace_is_refused_there_too(value: str) -> None:
    assert DIALECTS["dotenv_literal"].quote(value) is None
