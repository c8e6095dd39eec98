"""Markdown for comments and summaries (GitHub Flavored Markdown, which GitLab reads too).

A comment that is too long is refused by the site, and then nobody reads anything. So the text gives way step by step:
code frames, then details, then all but the first entries, then everything but the summary.
"""

from __future__ import annotations

from typing import NamedTuple

from mailspec.render.document import Document
from mailspec.render.markdown_parts import Detail, parts
from mailspec.render.view import Options
from mailspec.text.escape import markdown

# An invisible line by which a later job finds the comment that it shall replace.
MARKER = "<!-- mailspec -->"
_MORE = "See the job's log or the HTML report for all of it."


class Step(NamedTuple):
    """One step down, and what is said of it."""

    detail: Detail
    note: str = ""


STEPS = (
    Step(Detail()),
    Step(Detail(frames=False), "code frames are left out"),
    Step(Detail(frames=False, details=False), "code frames and details are left out"),
    *(
        Step(Detail(frames=False, details=False, entries=entries, picture=entries > 20), f"at most {entries} of a kind")
        for entries in (100, 50, 20, 5)
    ),
    Step(Detail(frames=False, details=False, entries=0, picture=False), "only the summary is left"),
)


def render(document: Document, options: Options) -> str:
    """Return the Markdown, at most ``max_bytes`` of UTF-8 with the line end that a file gets. Never fails."""
    room = options.max_bytes
    for step in STEPS:
        shown = _whole(document, step, room)
        if room is None or len(shown.encode()) < room:
            return shown
    return cut(shown, room - 1 if room else 0)


def cut(text: str, room: int) -> str:
    """Return as much of the text as ``room`` bytes of UTF-8 hold, never half a character."""
    return text.encode()[: max(0, room)].decode(errors="ignore")


def _whole(document: Document, step: Step, room: int | None) -> str:
    sign = "" if document.ok else ": failed"
    blocks = [f"{MARKER}\n### {markdown(document.title)}{sign}", f"**{markdown(document.verdict.strip())}**"]
    blocks += parts(document, step.detail)
    if step.note:
        blocks.append(f"Shortened to fit {room:,} bytes: {step.note}. {_MORE}")
    return "\n\n".join(blocks)
