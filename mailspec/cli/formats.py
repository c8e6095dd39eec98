"""``--format``, given several times (``--format text --format sarif=out.sarif``), each loaded when it is written.

A command wires it so::

    @formats(*names_for("findings"), quiet="Leave out the summary.")
    def command(..., outputs: Outputs) -> int:
        ...
        outputs.write(View(text=lambda options: as_text(report), json=lambda: data(report), document=...))
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple, TypeVar

import click

from mailspec.cli.streams import choose_colour, out, terminal_columns, use_colour, use_links
from mailspec.render.registry import FORMATS, render
from mailspec.render.view import Options, View
from mailspec.workflow.project import UsageError

F = TypeVar("F", bound=Callable[..., Any])


class Output(NamedTuple):
    """One format and the file it goes to, ``None`` for standard output."""

    name: str
    file: str | None = None


class Outputs(NamedTuple):
    """Everything that was asked for, and how much the text says. ``text`` stands first where nothing was."""

    wanted: tuple[Output, ...]
    max_bytes: int | None = None
    verbose: bool = False
    quiet: bool = False

    @property
    def printed(self) -> str | None:
        """The format that goes to standard output, ``None`` where all go to files."""
        return next((output.name for output in self.wanted if output.file is None), None)

    @property
    def options(self) -> Options:
        """What each format is told. There is colour only where the text goes to a terminal."""
        colour = self.printed == "text" and use_colour()
        link = _page if self.printed == "text" and use_links() else None
        return Options(self.max_bytes, colour=colour, verbose=self.verbose, quiet=self.quiet, link=link)

    def only(self, *names: str) -> Outputs:
        """Leave out the formats that there is nothing to show in."""
        return self._replace(wanted=tuple(output for output in self.wanted if output.name in names))

    def write(self, view: View, *, strict: bool = False) -> None:
        """Write each output; an empty text prints nothing. With ``strict`` warnings fail too.

        Raises:
            UsageError: a file cannot be written.
        """
        options = self.options._replace(strict=strict)
        for output in self.wanted:
            shown = render(output.name, view, options)
            if output.file is not None:
                _to_file(output.file, shown, appended=output.name in FORMATS and FORMATS[output.name].appended)
            elif shown:
                if output.name in view.product:
                    _refuse_commands(output.name, shown)
                columns = terminal_columns() if output.name == "text" else None
                out(shown if columns is None else _wrapped(shown, columns))


def _refuse_commands(name: str, text: str) -> None:
    """Refuse to print a product that gives a CI job commands; it cannot be escaped, being what it is."""
    from mailspec.text.escape import runner_command

    command = runner_command(text)
    if command is not None:
        message = f"It holds {command}, which a CI job would run as a command where it is printed."
        raise UsageError(f"{message} Write it to a file: --format {name}=FILE.")


def colour_option() -> Callable[[Any], Any]:
    """Return ``--color``, which holds for all that is printed."""
    return click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        expose_value=False,
        callback=lambda _ctx, _param, value: choose_colour(value),
        help="Whether to colour text. Default: auto, on a terminal and where FORCE_COLOR or CLICOLOR_FORCE asks.",
    )


def _page(code: str) -> str | None:
    # Only a terminal that shows links needs it.
    from mailspec.workflow.reference.shipped import path_of

    path = path_of("pages", f"{code}.md")
    return None if path is None else path.as_uri()


def _wrapped(text: str, columns: int) -> str:
    # Nothing else of a run into a pipe needs it.
    from mailspec.render.wrapping import wrap

    return wrap(text, columns)


def formats(*names: str, cut: bool = True, verbose: str = "", quiet: str = "") -> Callable[[F], F]:
    """Add ``--format`` with the formats that a command knows, and ``--max-bytes`` where Markdown is one of them.

    Without ``cut`` the Markdown is short by itself, and there is no ``--max-bytes``. ``verbose`` and ``quiet`` are the
    help texts of ``-v`` and ``-q``; without one there is no such option.
    """
    more = [*_verbosity(verbose, quiet), colour_option()]
    if "markdown" in names and cut:
        help_ = "Maximum size of Markdown output; longer output is summarised. Default: the platform's limit."
        more.append(click.option("--max-bytes", type=click.IntRange(min=0), help=help_))
    chosen = click.option(
        "--format",
        "outputs",
        multiple=True,
        metavar="FORMAT[=FILE]",
        callback=lambda _ctx, _param, values: _parse(values, names),
        help=f"How to print, and into which file; repeatable: {', '.join(names)}. Default: {names[0]}.",
    )

    def add(function: F) -> F:
        @wraps(function)
        def inner(*args: Any, outputs: Outputs, **kwargs: Any) -> Any:
            given = {name: kwargs.pop(name) for name in ("max_bytes", "verbose", "quiet") if name in kwargs}
            return function(*args, outputs=outputs._replace(**given), **kwargs)

        decorated: Any = inner
        for option in reversed((chosen, *more)):
            decorated = option(decorated)
        return decorated  # type: ignore[no-any-return]

    return add


def _verbosity(verbose: str, quiet: str) -> list[Callable[[Any], Any]]:
    return [
        click.option(f"-{word[0]}", f"--{word}", word, is_flag=True, help=text)
        for word, text in (("verbose", verbose), ("quiet", quiet))
        if text
    ]


def verbosity(verbose: str = "", quiet: str = "") -> Callable[[F], F]:
    """Add ``-v`` and ``-q`` to a command without formats, each where it has a help text; the command gets the flags."""

    def add(function: F) -> F:
        decorated: Any = function
        for option in reversed(_verbosity(verbose, quiet)):
            decorated = option(decorated)
        return decorated  # type: ignore[no-any-return]

    return add


def _parse(values: Sequence[str], names: Sequence[str]) -> Outputs:
    wanted = []
    for value in values or (names[0],):
        name, equals, file = value.partition("=")
        if name not in names:
            raise click.BadParameter(f"'{name}' is not one of {', '.join(names)}.")
        if equals and not file:
            raise click.BadParameter(f"'{value}' names no file; write {name}=FILE, or {name} alone to print it.")
        wanted.append(Output(name, None if file in {"", "-"} else file))
    places = [output.file for output in wanted]
    for place in places:
        if places.count(place) > 1:
            where = "standard output" if place is None else f"'{place}'"
            raise click.BadParameter(f"two formats would go to {where}; give one a file of its own: FORMAT=FILE.")
        if place is not None:
            _check(place)
    return Outputs(tuple(wanted))


def _check(file: str) -> None:
    """Refuse a file that cannot be written before anything is done: after an apply it would be too late."""
    folder = os.path.dirname(file) or "."
    if not os.path.isdir(folder):
        raise click.BadParameter(f"the folder '{folder}' for '{file}' does not exist.")
    if os.path.isdir(file):
        raise click.BadParameter(f"'{file}' is a folder.")
    if not os.access(file if os.path.exists(file) else folder, os.W_OK):
        raise click.BadParameter(f"'{file}' cannot be written.")


def _to_file(file: str, text: str, *, appended: bool) -> None:
    from mailspec.files.links import refuse_links
    from mailspec.files.writing import append_file, write_file

    # What cannot be UTF-8 (half a surrogate pair in a file's name) is written as its escape.
    content = (f"{text}\n" if text else "").encode("utf-8", "backslashreplace")
    try:
        refuse_links(file)
        (append_file if appended else write_file)(file, content)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from error
