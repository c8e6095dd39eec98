from __future__ import annotations

import io
import runpy
import sys

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
