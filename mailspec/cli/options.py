"""Options that several commands share, and how their outcome is printed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mailspec.cli.verbosity import Saying
from mailspec.outcome.exits import Exit
from mailspec.workflow.project import ProjectNotFoundError, UsageError

F = TypeVar("F", bound=Callable[..., Any])


# Only newer releases of click let the class itself be subscripted.
if TYPE_CHECKING:
    _DateType = click.ParamType[date]
else:
    _DateType = click.ParamType


class Day(_DateType):
    """A date as YYYY-MM-DD."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            day = None
        # Python also reads 20261231 and 2026-W53-4.
        if day is None or day.isoformat() != value:
            self.fail(f"'{value}' is not a date; write it as 2026-12-31.", param, ctx)
        return day


project_option = click.option(
    "--project", metavar="DIR", help="The project's folder. Default: found upwards from here."
)
environment_option = click.option("-E", "--environment", metavar="NAME", help="The environment whose overlay holds.")
verbose_option = click.option("-v", "--verbose", is_flag=True, cls=Saying)
quiet_option = click.option("-q", "--quiet", is_flag=True, cls=Saying)
as_of_option = click.option("--as-of", type=Day(), metavar="DATE", help="The day for dated rules. Default: today.")


def common(function: F) -> F:
    """Add the options that every command has."""
    for option in (quiet_option, verbose_option, environment_option, project_option):
        function = option(function)
    return function


def guarded(function: Callable[..., int]) -> Callable[..., int]:
    """Turn a workflow's refusals into a message and their exit code."""

    @wraps(function)
    def inner(*args: Any, **kwargs: Any) -> int:
        try:
            return function(*args, **kwargs)
        except UsageError as error:
            say(str(error))
            return Exit.USAGE
        except ProjectNotFoundError as error:
            say(str(error))
            return Exit.NO_SPEC

    return inner


def say(text: str) -> None:
    """Print what is no result: to standard error, on one line, with control characters made visible."""
    from mailspec.cli.progress import set_aside
    from mailspec.text.escape import terminal

    with set_aside():
        click.echo(terminal(text), err=True)


_PIECE = 1 << 20


def out(text: str) -> None:
    """Print a result to standard output. What its encoding lacks is written as JSON would.

    Raises:
        BrokenPipeError: the reader has gone.
        click.ClickException: it cannot be written, for instance to a full disk.
    """
    stream = sys.stdout
    if stream is None:
        return
    try:
        # In pieces: a hundred megabytes need not be there a second time as bytes.
        for start in range(0, len(text) or 1, _PIECE):
            piece = text[start : start + _PIECE] + ("" if start + _PIECE < len(text) else "\n")
            try:
                stream.write(piece)
            except UnicodeEncodeError:
                stream.write(_encodable(piece, stream.encoding))
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # Else Python tries once more when it ends, and says so in its own words.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise click.ClickException(f"The result cannot be written: {error.strerror}.") from None


def line(text: str) -> None:
    """Print one line of a result that holds words of others, with control characters made visible."""
    from mailspec.text.escape import terminal

    out(terminal(text))


def _encodable(text: str, encoding: str) -> str:
    import json

    known = {character: _has(encoding, character) for character in set(text)}
    return "".join(character if known[character] else json.dumps(character)[1:-1] for character in text)


def _has(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def use_colour() -> bool:
    """Tell whether to colour: only on a terminal, and not where NO_COLOR is set (no-color.org)."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
