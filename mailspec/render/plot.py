"""The plot of 24 hours: bars of what was sent, died and came back.

Widths are in per cent and heights in CSS pixels, so that it fits any window and its words stay as large as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mailspec.outcome.queue import Hour
from mailspec.render.queue_text import when

HEIGHT = 200
_TOP, _BOTTOM = 20, 176
# Of a slot's width: the bar of what was sent and died, the gap, the bar of what came back.
_BAR, _BACK = 0.64, 0.18
_LABELLED = 6
# What there is must be seen, however small it is beside the rest.
_SMALLEST = 2.0


class Rectangle(NamedTuple):
    """A bar or a part of one. ``x`` and ``width`` are in per cent; ``style`` names a CSS class."""

    x: float
    y: float
    width: float
    height: float
    style: str


class Slot(NamedTuple):
    """One hour: its bars, what they say, and its time where it is written below."""

    x: float
    caption: str
    label: str
    bars: tuple[Rectangle, ...]


class Rule(NamedTuple):
    """A horizontal line with its number."""

    y: float
    number: int


class Plot(NamedTuple):
    """Everything to draw."""

    height: int
    bottom: int
    slots: tuple[Slot, ...]
    rules: tuple[Rule, ...]


def lay_out(hours: Sequence[Hour]) -> Plot:
    """Return the plot of some hours, the oldest first."""
    top = _round_up(max((max(hour.sent + hour.dead, hour.bounced) for hour in hours), default=0))
    scale = (_BOTTOM - _TOP) / top
    slots = tuple(_slot(number, hour, 100 / len(hours), scale) for number, hour in enumerate(hours))
    rules = sorted({top, top // 2} - {0}, reverse=True)
    return Plot(HEIGHT, _BOTTOM, slots, tuple(Rule(round(_BOTTOM - number * scale, 1), number) for number in rules))


def _slot(number: int, hour: Hour, width: float, scale: float) -> Slot:
    x = number * width
    bars = []
    y = float(_BOTTOM)
    for amount, style in ((hour.sent, "sent"), (hour.dead, "dead")):
        height = max(amount * scale, _SMALLEST) if amount else 0.0
        y -= height
        if amount:
            bars.append(Rectangle(round(x, 3), round(y, 1), round(width * _BAR, 3), round(height, 1), style))
    if hour.bounced:
        height, left = max(hour.bounced * scale, _SMALLEST), x + width * (_BAR + 0.04)
        rectangle = (round(left, 3), round(_BOTTOM - height, 1), round(width * _BACK, 3), round(height, 1))
        bars.append(Rectangle(*rectangle, "bounced"))
    time = when(hour.start)[11:16]
    caption = f"{time} UTC: {hour.sent} sent, {hour.dead} dead letters, {hour.bounced} came back"
    return Slot(round(x, 3), caption, time if number % _LABELLED == 0 else "", tuple(bars))


def _round_up(number: int) -> int:
    """Return a round number that is not smaller, and at least 2: it has a half."""
    step = 1
    while True:
        for factor in (2, 4, 10):
            if factor * step >= number:
                return factor * step
        step *= 10
