"""From faults to problems: their places, their paths and the places that belong to them."""

from __future__ import annotations

from mailspec.text.faults import Fault
from mailspec.text.lines import Lines
from mailspec.text.places import Places
from mailspec.text.span import Path, Problem, Span


def problems(faults: list[Fault], lines: Lines, places: Places) -> list[Problem]:
    """Return the problems in the order of the text."""
    numbers = {fault.number for fault in faults if fault.number is not None}
    paths = places.paths(numbers)
    firsts: dict[int, dict[str, int]] = {}
    found = []
    for fault in faults:
        path: Path = ()
        related: tuple[tuple[Span, str], ...] = ()
        if fault.number is None:
            span = lines.span(fault.offset, fault.offset + fault.length)
        else:
            span = lines.span(*places.extent(fault.number))
            path = paths[fault.number]
        if fault.same_as is not None and fault.key is not None:
            if fault.same_as not in firsts:
                firsts[fault.same_as] = places.keys(fault.same_as)
            first = firsts[fault.same_as][fault.key]
            path = (*path, fault.key)
            related = ((lines.span(*places.extent(first)), "It stands here first."),)
        found.append(Problem(fault.kind, fault.message, fault.help, span, path, related))
    found.sort(key=lambda problem: problem.span.start)
    return found
