"""Pieces of Markdown in which text from outside stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mailspec.render.code_frames import Line
from mailspec.text.escape import terminal

_TICKS = re.compile(r"`+")


def code(text: str) -> str:
    """Return a code span. Sites look for no mentions, references or links in one."""
    shown = terminal(text)
    if not shown.strip():
        return "(empty)"
    ticks = "`" * (_longest(shown) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def fenced(lines: Sequence[str], language: str = "text") -> str:
    """Return a code block whose fence is longer than any run of backticks in it."""
    shown = "\n".join(terminal(line) for line in lines)
    fence = "`" * max(3, _longest(shown) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def framed(lines: Iterable[Line]) -> list[str]:
    """Return a code frame as lines of text, with a mark below the marked line."""
    shown_lines = list(lines)
    width = len(str(shown_lines[-1].number)) if shown_lines else 0
    shown = []
    for line in shown_lines:
        before, marked = terminal(line.before), terminal(line.marked)
        shown.append(f"{line.number:>{width}} | {before}{marked}{terminal(line.after)}")
        if line.marked:
            shown.append(f"{'':>{width}} | {' ' * len(before)}{'^' * len(marked)}")
    return shown


def folded(summary: str, body: str) -> str:
    """Return a part that opens on a click. ``summary`` is HTML, so it never holds text from outside."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _longest(text: str) -> int:
    return max((len(run) for run in _TICKS.findall(text)), default=0)
