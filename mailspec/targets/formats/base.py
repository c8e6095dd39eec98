"""What a format gives, and the check that a change reads back as meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from mailspec.targets.base import Format, TargetProblem

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


def cannot_hold(key: str, value: str | None, why_not: Callable[[str, str], str | None]) -> TargetProblem | None:
    """Return why a format cannot hold a value, in words that do not show it; ``None`` where it can."""
    if value is None:
        return None
    reason = "it holds half a character" if _SURROGATE.search(value) else why_not(key, value)
    if reason is None:
        return None
    return TargetProblem(f"the file cannot hold the value of {key}: {reason}", "change the value")


def checked(format_: Format, before: str, after: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
    """Return the changed text where it reads back as meant: our keys as wanted, all others as they were."""
    read, old = format_.parse(after), format_.parse(before)
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
