"""The standard streams: results to one, everything else to the other, and whether somebody watches or can be asked.

Cron, systemd and ``<&-`` may start a program with its streams closed; Python then has ``None`` for them.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, TextIO

import click

_PIECE = 1 << 20
_NARROWEST, _USUAL, _WIDEST = 40, 80, 100


_TAKE_BACK = "\r\x1b[K"
# Who draws, and on which terminal the line stands now. A signal handler may come in between: no plain lock.
_lock = threading.RLock()
drawn: list[TextIO] = []


@contextmanager
def set_aside() -> Iterator[None]:
    """Take the line back while something else is written; the next second brings it again."""
    with _lock:
        while drawn:
            stream = drawn.pop()
            stream.write(_TAKE_BACK)
            stream.flush()
        yield


def say(text: str) -> None:
    """Print what is no result: to standard error, on one line, with control characters made visible."""
    from mailspec.text.escape import terminal

    with set_aside():
        click.echo(terminal(text), err=True)


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


# What --color says: auto, always or never.
_colour = "auto"


def choose_colour(word: str) -> None:
    """Take what ``--color`` says."""
    global _colour  # one process runs one command
    _colour = word


def use_colour() -> bool:
    """Tell whether to colour: as ``--color`` says, else on a terminal or where a variable asks for it.

    NO_COLOR (no-color.org) forbids; FORCE_COLOR (force-color.org) and CLICOLOR_FORCE (bixense.com/clicolors) ask for
    it, as pipelines do whose logs show colours.
    """
    if _colour != "auto":
        return _colour == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return is_terminal(sys.stdout) and os.environ.get("TERM") != "dumb"


def use_links() -> bool:
    """Tell whether results go to a terminal that shows links (OSC 8), by what such terminals say of themselves."""
    if not (use_colour() and is_terminal(sys.stdout)):
        return False
    environ = os.environ
    named = environ.get("TERM_PROGRAM") in {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio"}
    known = any(word in environ.get("TERM", "") for word in ("kitty", "alacritty", "foot", "ghostty", "wezterm"))
    vte = environ.get("VTE_VERSION", "")
    recent = vte.isdigit() and int(vte) >= 5000  # GNOME Terminal and its kin, since VTE 0.50
    return named or known or recent or "WT_SESSION" in environ or "KONSOLE_VERSION" in environ


def width() -> int:
    """Return the columns to write in: the terminal's, within what reads well; 80 where there is none."""
    return max(_NARROWEST, min(_columns(), _WIDEST))


def terminal_columns() -> int | None:
    """Return the columns of the terminal that results go to, ``None`` where they go elsewhere."""
    return _columns() if is_terminal(sys.stdout) else None


def _columns() -> int:
    """Return what ``shutil.get_terminal_size`` does, which loads seven modules for it."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _USUAL  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return _USUAL


def is_terminal(stream: IO[Any] | None) -> bool:
    """Tell whether a stream is a terminal."""
    return stream is not None and not stream.closed and stream.isatty()


def can_ask() -> bool:
    """Tell whether a question would be seen and could be answered."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def piped(most: int) -> bytes:
    """Return up to ``most`` bytes of standard input; nothing where it is closed."""
    return b"" if sys.stdin is None else sys.stdin.buffer.read(most)
