"""Drift as text and data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailspec.outcome.drift import Drift
from mailspec.render.painter import Painter
from mailspec.render.settings_text import text
from mailspec.text.escape import terminal


def drift_text(found: Sequence[Drift], *, colour: bool = False) -> str:
    """Return one block a target that drifted; without drift one line."""
    painter = Painter(colour)
    lines: list[str] = []
    for entry in found:
        if entry.drifted:
            lines.append(f"{painter.bold(terminal(entry.target))} ({terminal(entry.path)}) drifted")
        if entry.problem:
            lines.append(f"    {terminal(entry.problem)}")
        for field in entry.fields:
            if field.sensitive:
                lines.append(
                    f"    {terminal(field.path)}  another secret than its reference gives: changed here, or rotated"
                )
            else:
                before = "(nothing)" if field.before is None else text(field.before)
                after = "(nothing)" if field.after is None else text(field.after)
                lines.append(f"    {terminal(field.path)}  {terminal(before)} -> {terminal(after)}")
        if entry.who:
            lines.append(f"    {terminal(entry.who)}")
        if entry.note:
            lines.append(f"{terminal(entry.target)}: {terminal(entry.note)}")
    if not found:
        return "Nothing has been applied to a target yet."
    if not any(entry.drifted for entry in found):
        return "\n".join([*lines, "No drift."])
    return "\n".join([*lines, "mailspec apply puts it right."])


def drift_data(found: Sequence[Drift]) -> dict[str, Any]:
    """Return drift as data."""
    return {
        "version": 1,
        "targets": [
            {
                "target": entry.target,
                "path": entry.path,
                "drifted": entry.drifted,
                "problem": entry.problem,
                "who": entry.who,
                "note": entry.note,
                "fields": [
                    {"path": f.path, "before": f.before, "after": f.after, "sensitive": f.sensitive}
                    for f in entry.fields
                ],
            }
            for entry in found
        ],
    }
