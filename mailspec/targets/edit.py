"""Set or remove our keys in a text; every other character stays."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mailspec.targets.base import TargetProblem
from mailspec.targets.dialects.base import ANY, Assignment, Dialect
from mailspec.targets.formats.base import spliced

_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: no UTF-8 file can hold it


def edit(text: str, dialect: Dialect, wanted: Mapping[str, str | None]) -> str | TargetProblem:
    """Return the text in which each wanted key has its value, and those with ``None`` are gone.

    A key that is there more than once is kept where it counts, at its last place; an earlier one might
    hold an old password. The result is read again before it is returned: what the reader would not give
    back is refused.
    """
    parsed = dialect.parse(text)
    edits: list[tuple[int, int, str]] = []
    added: list[str] = []
    unknown = any(item.key == ANY for item in parsed)
    found: dict[str, list[Assignment]] = {key: [] for key in wanted}
    for item in parsed:
        if item.key in found:
            found[item.key].append(item)
    for key, value in wanted.items():
        places = found[key]
        if unknown or any(not item.editable for item in places):
            return TargetProblem(
                f"{key} is set or used there by commands, not by a plain assignment",
                "give mailspec's keys a file of their own, or plain lines above the commands",
            )
        quoted = None
        if value is not None:
            quoted = None if _SURROGATE.search(value) else dialect.quote(value)
            if quoted is None:
                return TargetProblem(
                    f"the dialect '{dialect.name}' cannot hold the value of {key}: {dialect.why_not(value)}",
                    "change the value, or choose another dialect if another program reads the file",
                )
        last = places[-1] if places else None
        gone = places if value is None else places[:-1]
        if any(item.start == item.end for item in gone):
            return _shares(key)
        edits += [(item.start, item.end, "") for item in gone]
        if quoted is not None and last is None:
            added.append(dialect.line(key, quoted))
        elif quoted is not None and last is not None and last.value != value:
            edits.append((last.value_start, last.value_end, quoted))
    return _checked(_append(_splice(text, edits), added, dialect.newline(text)), dialect, wanted, parsed)


def _shares(key: str) -> TargetProblem:
    return TargetProblem(f"{key} shares its line with other assignments", f"give {key} a line of its own")


def _splice(text: str, edits: list[tuple[int, int, str]]) -> str:
    return spliced(text, sorted(edits, reverse=True))


def _append(text: str, lines: list[str], newline: str) -> str:
    if not lines:
        return text
    block = newline.join(lines)
    if not text:
        return block + "\n"
    # A file without a newline at its end keeps having none.
    return text + block + newline if text.endswith("\n") else text + newline + block


def _checked(
    after: str, dialect: Dialect, wanted: Mapping[str, str | None], assignments: list[Assignment]
) -> str | TargetProblem:
    read = {item.key: item.value for item in dialect.parse(after)}
    others = {item.key: item.value for item in assignments if item.key not in wanted}
    wrong = [key for key, value in wanted.items() if read.get(key) != value or (value is None and key in read)]
    moved = [key for key, value in others.items() if key not in read or read[key] != value]
    if not wrong and not moved and len(read.keys() - wanted.keys()) == len(others):
        return after
    return TargetProblem(
        f"writing {', '.join(wrong or moved) or 'our keys'} would not be read back as meant: "
        f"something else in the file, such as an open quote, changes its meaning",
        "fix the file by hand, or give mailspec's keys a file of their own",
    )
