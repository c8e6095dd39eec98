from __future__ import annotations

import inspect
import io
import runpy
import sys
from collections.abc import Iterator
from typing import NamedTuple

import click
import pytest

from mailspec.cli import options, streams
from mailspec.cli.main import cli


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
@pytest.mark.parametrize("length", [0, 1, 6, 7, 8, 14, 15])
def test_a_long_result_is_written_in_pieces(encoding: str, length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_PIECE", 7)
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, newline="\n"))
    text = ("Zoë said €5, " * 2)[:length]
    streams.out(text)
    written = raw.getvalue().decode(encoding)
    assert written.endswith("\n")
    assert written[:-1].replace("\\u00eb", "ë").replace("\\u20ac", "€") == text


def test_click_at_its_floor_whose_types_take_no_parameter(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain:
        """ParamType as it is in click 8.2.0."""

    monkeypatch.setattr(click, "ParamType", Plain)
    # Read anew, under a name that nobody uses.
    assert issubclass(runpy.run_path(options.__file__)["Day"], Plain)


@pytest.mark.parametrize("name", ["validate", "test", "probe", "plan", "apply", "rollback"])
def test_applied_is_named_only_where_it_is_taken(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    (base,) = (option for option in command.params if option.name == "base")
    assert ("@applied" in base.help) is (name in {"plan", "apply", "rollback"})


def commands(group: click.Group, above: click.Context | None = None) -> Iterator[tuple[click.Command, click.Context]]:
    """Yield every command that is no group, with its context."""
    outer = click.Context(group, parent=above)
    for name in group.list_commands(outer):
        command = group.get_command(outer, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, outer)
        else:
            yield command, click.Context(command, info_name=name, parent=outer)


@pytest.mark.parametrize("name", ["verbose", "quiet"])
def test_more_and_less_are_offered_only_with_their_meaning(name: str) -> None:
    helps = {
        context.command_path: option.help
        for command, context in commands(cli)
        for option in command.params
        if option.name == name
    }
    assert all(helps.values())
    assert not any("no difference" in text for text in helps.values())
    assert not [path for path in helps if path.split()[-1] in {"show", "schema", "diagnose", "unlock"}]


def test_no_command_function_takes_more_than_six_values() -> None:
    for command, context in commands(cli):
        assert command.callback is not None
        assert len(inspect.signature(inspect.unwrap(command.callback)).parameters) <= 6, context.command_path


def test_a_group_that_has_no_such_option_is_a_mistake_in_the_code() -> None:
    with pytest.raises(KeyError, match="nothing"):
        options.takes(NamedTuple("Group", [("nothing", bool)]), "group")(lambda group: group)


@pytest.mark.parametrize("day", ["20260101", "2026-W01-1", "2026-1-1", "today", ""])
def test_a_day_is_written_as_the_error_says(day: str) -> None:
    with pytest.raises(click.BadParameter, match="write it as 2026-12-31"):
        options.Day().convert(day, None, None)
    assert options.Day().convert("2026-01-01", None, None).isoformat() == "2026-01-01"
