"""Where the boxes and lines of the picture go: senders on the left, servers on the right, no line crosses another.

Sizes are in SVG user units, one to a CSS pixel at full width.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from mailspec.render.routes import Route

WIDTH = 760
BOX_WIDTH, BOX_HEIGHT, GAP = 290, 46, 12
_PADDING = 8
# A box's text may be this wide, in ems of its 13-unit font at about 0.58 em a letter.
_LETTERS = 36


class Box(NamedTuple):
    """One box with its top left corner. ``full`` is the label before it was cut; ``style`` names a CSS class."""

    x: int
    y: int
    label: str
    below: str
    full: str
    style: str


class Line(NamedTuple):
    """One line as SVG path data. ``style`` names a CSS class."""

    path: str
    style: str


class Picture(NamedTuple):
    """Everything to draw, and the size that it takes."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def lay_out(routes: Sequence[Route]) -> Picture:
    """Return the picture. Each server stands at the middle of its senders' height."""
    boxes: list[Box] = []
    lines: list[Line] = []
    top = _PADDING
    right = WIDTH - BOX_WIDTH - _PADDING
    for route in routes:
        height = len(route.senders) * (BOX_HEIGHT + GAP) - GAP
        server_y = top + (height - BOX_HEIGHT) // 2
        for row, sender in enumerate(route.senders):
            y = top + row * (BOX_HEIGHT + GAP)
            boxes.append(Box(_PADDING, y, cut(sender.label), sender.below, sender.label, "sender"))
            lines.append(Line(_curve(_PADDING + BOX_WIDTH, y, right, server_y), route.safety))
        boxes.append(Box(right, server_y, cut(route.server), route.how, route.server, route.safety))
        top += height + 2 * GAP
    return Picture(WIDTH, top - 2 * GAP + _PADDING if routes else 0, tuple(boxes), tuple(lines))


def cut(label: str) -> str:
    """Return a label that fits its box, with an ellipsis where something is left out. Wide characters count double."""
    room = _LETTERS
    for position, character in enumerate(label):
        room -= 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if room < 0:
            return label[: position - 1] + "…"
    return label


def _curve(x1: int, y1: int, x2: int, y2: int) -> str:
    start, end, middle = y1 + BOX_HEIGHT // 2, y2 + BOX_HEIGHT // 2, (x1 + x2) // 2
    return f"M{x1} {start} C{middle} {start} {middle} {end} {x2} {end}"
