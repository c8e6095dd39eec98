"""Plans, recaps and history for people: the destructive first, one line a change, fields below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mailspec.outcome.mail import TestResult
from mailspec.outcome.plan import Change, FieldChange, Plan
from mailspec.outcome.recap import Recap
from mailspec.plan.order import for_display
from mailspec.render.painter import Painter
from mailspec.render.proven import proven_lines
from mailspec.render.settings_text import text, wrapped
from mailspec.text.escape import terminal

_SIGN = {"create": "+", "update": "~", "delete": "-", "activate": "*", "deactivate": "o"}
_COLOUR = {"create": "\x1b[32m", "delete": "\x1b[31m", "update": "\x1b[33m"}
_NOTHING = "(nothing)"


def plan_text(plan: Plan, notes: Sequence[str] = (), *, fields: bool = True, colour: bool = False) -> str:
    """Return a plan; without changes one line."""
    painter = Painter(colour)
    lines = list(_changes(for_display(plan.changes), painter, fields=fields))
    if lines:
        lines += ["", f"Plan: {_counts(plan)}."]
    else:
        lines = ["No changes."]
    return "\n".join([*lines, *(f"Note: {terminal(note)}." for note in notes)])


def _counts(plan: Plan) -> str:
    return ", ".join(f"{count} to {action}" for action, count in plan.summary.items() if count)


def _changes(changes: Iterable[Change], painter: Painter, *, fields: bool) -> Iterator[str]:
    for change in changes:
        sign = painter.paint(_COLOUR.get(change.action, ""), _SIGN[change.action])
        where = "" if change.target == "state" else f" in {terminal(change.target)}"
        status = "" if change.status == "planned" else f" ({change.status.replace('_', ' ')})"
        note = f": {terminal(change.note)}" if change.note else ""
        yield f"{sign} {change.action} {painter.bold(terminal(change.name))}{where}{status}{note}"
        if fields:
            width = max((len(field.path) for field in change.fields), default=0)
            for field in change.fields:
                start = f"    {terminal(field.path):<{width}}  "
                first, *more = wrapped(_field(field, change.action), 80 - len(start))
                yield start + first
                yield from (" " * len(start) + line for line in more)


def _field(field: FieldChange, action: str) -> str:
    before = _NOTHING if field.before is None else terminal(text(field.before))
    after = _NOTHING if field.after is None else terminal(text(field.after))
    if field.sensitive and field.before == field.after:
        return f"{after}: the secret behind it changed"
    if action == "create":
        return after
    if action == "delete":
        return before
    return f"{before} -> {after}"


def recap_text(recap: Recap, *, colour: bool = False, fields: bool = False) -> str:
    """Return what an apply did: changes with their fate, tests, and a closing line a target."""
    painter = Painter(colour)
    lines = list(_changes(recap.changes, painter, fields=fields))
    if not recap.changes and recap.refusal is None and recap.failure is None:
        lines.append("No changes.")
    lines += [_failed(result) for result in recap.tests if result.status == "failed"]
    if recap.failure:
        lines.append(f"Failed: {terminal(recap.failure)}.")
    lines += [f"Note: {terminal(note)}." for note in recap.notes]
    proven = proven_lines(recap.accounts)
    if proven:
        lines += ["", "Proven", *(f"  {terminal(line)}" for line in proven)]
    if recap.targets:
        width = max(len(line.name) for line in recap.targets)
        lines += ["", "Recap"]
        for line in recap.targets:
            counts = f"ok={line.ok} changed={line.changed} failed={line.failed} skipped={line.skipped}"
            lines.append(f"  {terminal(line.name):<{width}} : {counts}")
    return "\n".join(lines)


def _failed(result: TestResult) -> str:
    return f"Test failed: {terminal(result.name)}: {terminal(result.advice or result.reason or '')}"
