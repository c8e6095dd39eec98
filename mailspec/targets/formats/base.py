"""What a format gives, and the check that a change reads back as meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from mailspec.targets.base import Format, TargetProblem

# What the names of a text's keys hold together at most, in characters. A name repeats the sections that it stands in: a
# section's name of half a megabyte over 100,000 keys would be 50 gigabytes.
MOST_NAMES = 32 * 1024 * 1024
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: no UTF-8 file can hold it


# Line ends of any reader (Unicode's too) and everything else that is no printed character.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def breaks_line(format_: Format | None, values: Mapping[str, str | None]) -> TargetProblem | None:
    """Return why values must not be written, ``None`` where they may: in a file of lines one would make a second line.

    Quoting holds for the reader that is meant; ``authorized_keys``, a crontab or a program's own reader take the line
    that follows for one of theirs.
    """
    if format_ is not None and not format_.one_line:
        return None
    wrong = next((key for key, value in values.items() if value is not None and _CONTROL.search(value)), None)
    if wrong is None:
        return None
    return TargetProblem(
        f"the value of {wrong} holds a line break or another control character, which a file of lines is never given",
        "change the value: where it comes from a file, only one newline at its end is dropped",
    )


def cannot_hold(values: Mapping[str, str | None], why_not: Callable[[str, str], str | None]) -> TargetProblem | None:
    """Return why one of the values cannot be held, in words that do not show it; ``None`` where all can."""
    for key, value in values.items():
        if value is None:
            continue
        reason = "it holds half a character" if _SURROGATE.search(value) else why_not(key, value)
        if reason is not None:
            return TargetProblem(f"the file cannot hold the value of {key}: {reason}", "change the value")
    return None


class UnreadableError(Exception):
    """A text is more than a reader takes; the words say why, and hold no value. Caught where readers are called."""


def named(pairs: Iterable[tuple[str, str | None]]) -> dict[str, str | None]:
    """Return pairs as a dictionary. Raises :class:`UnreadableError` where their names are too long together."""
    found: dict[str, str | None] = {}
    length = 0
    for name, value in pairs:
        length += len(name)
        if length > MOST_NAMES:
            raise UnreadableError(f"the names of its keys are longer than {MOST_NAMES:,} characters together")
        found[name] = value
    return found


def keys_in(format_: Format, text: str) -> dict[str, str | None] | TargetProblem:
    """Return the keys of a text, or why its reader does not take it."""
    try:
        return format_.parse(text)
    except UnreadableError as error:
        return _unread(str(error))
    except (RecursionError, MemoryError):
        return _unread("it is nested too deeply")


def edited(format_: Format, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
    """Return the changed text, or why it cannot be changed."""
    try:
        return format_.edit(text, wanted)
    except UnreadableError as error:
        return _unread(str(error))
    except (RecursionError, MemoryError):
        return _unread("it is nested too deeply")


def _unread(why: str) -> TargetProblem:
    return TargetProblem(f"it cannot be read: {why}", "correct the file by hand")


def spliced(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with the parts from start to end replaced; the edits are ordered from the text's end on.

    >>> spliced("a b c", [(4, 5, "z"), (2, 2, "x"), (0, 1, "")])
    ' xb z'
    """
    parts: list[str] = []
    behind = len(text)
    for start, end, new in edits:
        parts += text[end:behind], new
        behind = start
    return "".join([text[:behind], *reversed(parts)])


def checked(
    format_: Format,
    before: str,
    after: str,
    wanted: Mapping[str, str | None],
    there: Mapping[str, str | None] | None = None,
) -> str | TargetProblem:
    """Return the changed text where it reads back as meant: our keys as wanted, all others as they were.

    ``there`` is what the text had before, where that is known already.
    """
    old = format_.parse(before) if there is None else there
    read = old if after == before else format_.parse(after)
    wrong = [key for key, value in wanted.items() if read.get(key) != value or (value is None and key in read)]
    moved = [key for key in old.keys() | read.keys() if key not in wanted and old.get(key, "") != read.get(key, "")]
    if not wrong and not moved:
        return after
    return TargetProblem(
        f"writing {', '.join(sorted(wrong or moved))} would not be read back as meant: something else in the file "
        "changes its meaning",
        "correct the file by hand, or give mailspec's keys a file of their own",
    )


def newline_of(text: str) -> str:
    """Return the line end that a text uses: that of its first line."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"
