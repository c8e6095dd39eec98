"""Docker's --env-file, held to its documentation and, where it is installed, to its command line."""

from __future__ import annotations

import pytest

from mailspec.targets.dialects.docker import Docker

VALUES = [
    "plain",
    "",
    " leading and trailing ",
    "'quotes' and \"quotes\"",
    "a # b",
    "$HOME ${HOME}",
    "back\\slash\\",
    "tab\tinside",
    "ümläut ☃",
    "=",
    "x" * 5000,
]
FILES = [
    "A=1\nB=2\n",
    "A=1\r\nB= 2\r\n",
    "\ufeffA=1\n",
    "  A=1\n\t#B=2\nC=3",
    "# comment\n\nA=\nA=2\n",
    "A==b=c\nB\nC='x'\n",
]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_written_as_it_is(value: str) -> None:
    dialect = Docker()
    assert dialect.quote(value) == value
    assert [(item.key, item.value) for item in dialect.parse(f"A=1\nK={value}\nB=2\n")][1] == ("K", value)


@pytest.mark.parametrize("value", ["a\nb", "ends\r", "nul\0", "x" * 70_000])
def test_what_a_line_cannot_hold_is_refused(value: str) -> None:
    assert Docker().quote(value) is None


def test_a_line_break_is_named_as_the_reason() -> None:
    assert "line break" in Docker().why_not("a\nb")


def test_the_command_line_gives_each_value_back(docker) -> None:
    text = "".join(f"K{number}={value}\n" for number, value in enumerate(VALUES))
    assert docker(text) == {f"K{number}": value for number, value in enumerate(VALUES)}


@pytest.mark.parametrize("text", FILES)
def test_the_command_line_reads_a_file_as_we_do(docker, text: str) -> None:
    assert docker(text) == {item.key: item.value for item in Docker().parse(text)}
