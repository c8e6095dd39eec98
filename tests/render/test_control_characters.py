"""No control character survives in Markdown or in a chart, whatever stands before, behind or between line ends."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailspec.render.code_frames import Line
from mailspec.render.document import Effect
from mailspec.render.markdown_words import code, fenced, framed
from mailspec.render.mermaid import effects_chart, flowchart
from mailspec.render.routes import Route, Sender
from mailspec.text.escape import markdown, terminal

CONTROLS = [chr(number) for number in (*range(0x20), *range(0x7F, 0xA0))]
ENDS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
BIDI = ["\u202e", "\u2066", "\u2069", "\u200f", "\ufeff"]
PIECES = [
    *CONTROLS,
    *ENDS,
    *BIDI,
    "\x1b[31m",
    "\x1b]8;;https://evil.example\x07",
    "::error::x",
    "##[error]x",
    "a",
    "`",
    "|",
]


def chart(text: str) -> str:
    return "\n".join([flowchart([Route(text, text, "open", (Sender(text, "user", (text,)),))])])


def effects(text: str) -> str:
    return effects_chart([Effect(text, (text,), (text,), destructive=True)])


FORMS = {
    "words": markdown,
    "words with links": lambda text: markdown(text, links=True),
    "code": code,
    "block": lambda text: fenced([text, text]),
    "frame": lambda text: "\n".join(framed([Line(1, text, text, text)])),
    "chart": chart,
    "effects": effects,
    "terminal": terminal,
}


def acting(text: str) -> list[str]:
    """What a terminal, a browser or a runner would act on; line ends are those of our own lines."""
    return [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Zl", "Zp")] + [
        c for c in text if c in BIDI
    ]


@pytest.mark.parametrize("form", FORMS)
def test_every_control_character_beside_every_line_end(form):
    lines = FORMS[form]("a").count("\n")
    for control in (*CONTROLS, *BIDI):
        for end in ENDS:
            for text in (f"{control}{end}x", f"x{end}{control}", f"{end}{control}{end}", f"x{control}{end}::error::y"):
                shown = FORMS[form](text)
                assert acting(shown) == [], (text, shown)
                # No text begins a line of its own, so none begins a runner's command or a fence.
                assert shown.count("\n") == lines, (text, shown)
                assert not re.search(r"^\s*::(error|set)", shown, re.MULTILINE), (text, shown)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=12))
def test_any_mixture(form, pieces):
    shown = FORMS[form]("".join(pieces))
    assert acting(shown) == []
