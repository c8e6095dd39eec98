from __future__ import annotations

import ast
import inspect
import io
import runpy
import sys
import textwrap
from collections.abc import Iterator

import click
import pytest

from mailspec.cli import options
from mailspec.cli.main import cli


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
@pytest.mark.parametrize("length", [0, 1, 6, 7, 8, 14, 15])
def test_a_long_result_is_written_in_pieces(encoding: str, length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "_PIECE", 7)
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, newline="\n"))
    text = ("Zoë said €5, " * 2)[:length]
    options.out(text)
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


def uses(command: click.Command, name: str) -> bool:
    """Tell whether a command's own code reads this parameter at all."""
    assert command.callback is not None
    code = inspect.unwrap(command.callback)
    tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))


@pytest.mark.parametrize("name", ["verbose", "quiet"])
def test_each_command_says_what_more_and_less_mean(name: str) -> None:
    for command, context in commands(cli):
        for option in command.params:
            if option.name == name:
                record = option.get_help_record(context)
                assert record is not None
                assert ("no difference" not in record[1]) is uses(command, name), (context.command_path, record)


@pytest.mark.parametrize("day", ["20260101", "2026-W01-1", "2026-1-1", "today", ""])
def test_a_day_is_written_as_the_error_says(day: str) -> None:
    with pytest.raises(click.BadParameter, match="write it as 2026-12-31"):
        options.Day().convert(day, None, None)
    assert options.Day().convert("2026-01-01", None, None).isoformat() == "2026-01-01"
