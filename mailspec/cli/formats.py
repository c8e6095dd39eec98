"""``--format``, given several times (``--format text --format sarif=out.sarif``), each loaded when it is written.

A command wires it so::

    @formats("text", "json", "sarif", "github", "junit", "markdown", "html")
    def command(..., outputs: Outputs, ...) -> int:
        ...
        own = {"text": lambda: as_text(report), "json": lambda: dump(as_data(report))}
        outputs.write(own, lambda: of_report(report))
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from mailspec.cli.options import out, use_colour
from mailspec.workflow.project import UsageError

if TYPE_CHECKING:
    from mailspec.render.document import Document

F = TypeVar("F", bound=Callable[..., Any])
_LIMIT = "mailspec.max_bytes"


class Output(NamedTuple):
    """One format and the file it goes to, ``None`` for standard output."""

    name: str
    file: str | None = None


class Outputs(NamedTuple):
    """Everything that was asked for. ``text`` stands first where nothing was."""

    wanted: tuple[Output, ...]
    max_bytes: int | None = None

    @property
    def printed(self) -> str | None:
        """The format that goes to standard output, ``None`` where all go to files."""
        return next((output.name for output in self.wanted if output.file is None), None)

    @property
    def coloured(self) -> bool:
        """Whether the text is to have colour: only where it goes to a terminal."""
        return self.printed == "text" and use_colour()

    def only(self, *names: str) -> Outputs:
        """Leave out the formats that there is nothing to show in."""
        return self._replace(wanted=tuple(output for output in self.wanted if output.name in names))

    def write(
        self,
        own: Mapping[str, Callable[[], str]],
        document: Callable[[], Document] | None = None,
        *,
        strict: bool = False,
    ) -> None:
        """Write each output. ``own`` makes the formats that a command renders itself: its text (without colour
        where :attr:`printed` is not ``text``) and its JSON. ``document`` is what the registry renders all others
        from. An empty text prints nothing.

        Raises:
            UsageError: a file cannot be written.
        """
        made: Document | None = None
        for output in self.wanted:
            if output.name in own:
                shown, appended = own[output.name](), False
            else:
                from mailspec.render.document import Options
                from mailspec.render.registry import FORMATS, render

                if made is None:
                    assert document is not None  # noqa: S101 - a command's formats are its own or have a document
                    made = document()
                quoted = own["text"]() if output.name == "github" and "text" in own else ""
                shown = render(output.name, made, Options(self.max_bytes, strict, quoted))
                appended = FORMATS[output.name].appended
            if output.file is not None:
                _to_file(output.file, shown, appended=appended)
            elif shown:
                out(shown)


def formats(*names: str, cut: bool = True) -> Callable[[F], F]:
    """Add ``--format`` with the formats that a command knows, and ``--max-bytes`` where Markdown is one of them.

    Without ``cut`` the Markdown is short by itself, and there is no ``--max-bytes``.
    """

    def add(function: F) -> F:
        function = click.option(
            "--format",
            "outputs",
            multiple=True,
            metavar="FORMAT[=FILE]",
            callback=lambda ctx, _param, values: _parse(values, names, ctx.meta.get(_LIMIT)),
            help=f"How to print, and into which file; repeatable: {', '.join(names)}. Default: {names[0]}.",
        )(function)
        if "markdown" not in names or not cut:
            return function
        return click.option(
            "--max-bytes",
            type=click.IntRange(min=0),
            # Read before --format, whose value carries it to the command.
            is_eager=True,
            expose_value=False,
            callback=lambda ctx, _param, value: ctx.meta.__setitem__(_LIMIT, value),
            help="The most that Markdown may take; what does not fit is summed up. Default: what the site takes.",
        )(function)

    return add


def _parse(values: Sequence[str], names: Sequence[str], max_bytes: int | None) -> Outputs:
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
    return Outputs(tuple(wanted), max_bytes)


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
    from mailspec.files.writing import append_file, write_file

    # What cannot be UTF-8 (half a surrogate pair in a file's name) is written as its escape.
    content = (f"{text}\n" if text else "").encode("utf-8", "backslashreplace")
    try:
        (append_file if appended else write_file)(file, content)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from error
