"""A difference as text, data, and as a document for every other format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailspec.outcome.difference import Consequence, Difference
from mailspec.outcome.plan import FieldChange
from mailspec.outcome.report import Report
from mailspec.outcome.sentence import capitalised
from mailspec.render.as_json import finding, location
from mailspec.render.document import Document, Effect
from mailspec.render.painter import Painter
from mailspec.render.settings_text import text
from mailspec.render.words import count
from mailspec.text.escape import terminal

_PEOPLE = {
    "configuration": ("configuration", "configurations"),
    "user": ("person", "people"),
    "mailing": ("mailing", "mailings"),
    "bulk": ("the bulk account", "the bulk account"),
    "mobile": ("mobile mail", "mobile mail"),
    "target": ("target", "targets"),
    "policy": ("the policy", "the policy"),
}
_CONNECTION = frozenset({"port", "security"})
# Up to this many names of one kind are told one by one.
_NAMED = 3


def who(names: Sequence[str]) -> str:
    """Say who is meant: names where they are few, numbers where they are many.

    >>> who(["configuration:Primary", "user:a@acme.example", "bulk"])
    "configuration 'Primary', a@acme.example and the bulk account"
    """
    kinds: dict[str, list[str]] = {}
    for name in names:
        kind, _, rest = name.partition(":")
        kinds.setdefault(kind, []).append(rest)
    parts: list[str] = []
    for kind, entry in kinds.items():
        one, many = _PEOPLE.get(kind, (kind, kind + "s"))
        if kind in {"bulk", "mobile", "policy"}:
            parts.append(one)
        elif len(entry) > _NAMED:
            parts.append(f"{len(entry)} {many}")
        elif kind == "user":
            parts += entry
        else:
            parts += [f"{one} '{name}'" for name in entry]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def headline(effect: Consequence) -> str:
    """Say an effect in one sentence, without its full stop."""
    subject = who(effect.objects)
    tail = f" ({effect.environment})" if effect.environment else ""
    if effect.kind == "mail_off":
        return f"{subject} is no longer active: {effect.note}{tail}"
    if effect.kind == "deleted":
        return f"{subject}: no longer declared{tail}"
    if effect.kind == "created":
        return f"{subject}: new{tail}"
    if effect.kind == "activated":
        return f"{subject} becomes the active one, after {_word(effect.fields[0].before)}{tail}"
    if effect.kind == "server_lost":
        host = next(change.before for change in effect.fields if change.path == "host")
        return f"{subject}: no server any more (was {text(host)}){tail}"
    if effect.kind == "policy_loosened":
        return f"the policy is loosened: {_fields(effect.fields)}{tail}"
    if effect.kind == "policy":
        return f"the policy changes: {_fields(effect.fields)}{tail}"
    if _moved(effect.fields):
        rest = _fields(effect.fields)
        verb = "uses" if len(effect.objects) == 1 else "use"
        return f"{subject} now {verb} {_connection(effect.fields)}{'; ' if rest else ''}{rest}{tail}"
    return f"{subject}: {_fields(effect.fields)}{tail}"


def _moved(fields: Sequence[FieldChange]) -> bool:
    """Tell whether port and security change together: they are read as one."""
    return {change.path for change in fields} >= _CONNECTION


def _connection(fields: Sequence[FieldChange]) -> str:
    entry = {change.path: change for change in fields}
    port, security = entry["port"], entry["security"]
    return f"{text(port.after)}/{text(security.after)} (was {text(port.before)}/{text(security.before)})"


def _word(value: Any) -> str:
    return "nothing" if value is None else f"'{value}'"


def _fields(fields: Sequence[FieldChange]) -> str:
    entry = {change.path: change for change in fields if change.path not in _CONNECTION or not _moved(fields)}
    parts: list[str] = []
    for change in entry.values():
        if change.before is None:
            parts.append(f"{change.path} now {text(change.after)}")
        elif change.after is None:
            parts.append(f"{change.path} no longer {text(change.before)}")
        else:
            parts.append(f"{change.path} {text(change.before)} -> {text(change.after)}")
    return "; ".join(parts)


def details(effect: Consequence) -> list[str]:
    """Return what stands below an effect's headline."""
    found = []
    kinds = [name.partition(":")[0] for name in effect.objects]
    # Those who were named already are not named again.
    many = [name for name, kind in zip(effect.objects, kinds, strict=True) if kinds.count(kind) > _NAMED]
    if many:
        found.append("that is " + ", ".join(name.partition(":")[2] or name for name in many))
    if effect.kept:
        verb = "keeps" if len(effect.kept) == 1 else "keep"
        found.append(f"{who(effect.kept)} {verb} their own")
    if effect.cause is not None:
        found.append(f"because of {effect.cause.file}:{effect.cause.line}")
    return found


def difference_text(difference: Difference, *, colour: bool = False, verbose: bool = False) -> str:
    """Return the difference for people; without any effect one line."""
    painter = Painter(colour)
    if difference.is_empty:
        return "No changes."
    lines = []
    for effect in difference.effects:
        sign = painter.severity("error", "!") if effect.destructive else "~"
        lines.append(f"{sign} {terminal(headline(effect))}")
        told = [d for d in details(effect) if verbose or len(d) <= 100 or not d.startswith("that is")]
        lines += [f"    {terminal(detail)}" for detail in told]
    if difference.new_secrets:
        lines.append(f"+ secrets newly needed: {terminal(', '.join(difference.new_secrets))}")
    for name, found in (("new", difference.new_findings), ("solved", difference.solved_findings)):
        for entry in found:
            where = f" {entry.location}" if entry.location is not None and name == "new" else ""
            lines.append(f"{name} {entry.severity} {entry.code}{terminal(where)}: {terminal(entry.message)}")
    lines += [f"date: {terminal(date)}" for date in difference.dates]
    lines.append("")
    lines.append(verdict(difference))
    return "\n".join(lines)


def verdict(difference: Difference) -> str:
    """Return the closing line."""
    if difference.is_empty:
        return "No changes."
    touched = {name for effect in difference.effects for name in effect.objects if name != "policy"}
    losses = sum(effect.destructive for effect in difference.effects)
    parts = [f"{count(len(difference.effects), 'effect')} on {count(len(touched), 'object')}"]
    if losses:
        parts.append(f"{losses} destructive")
    parts.append(f"{count(len(difference.new_findings), 'finding')} new, {len(difference.solved_findings)} solved")
    return f"{difference.base} -> {difference.head}: {', '.join(parts)}."


def difference_data(difference: Difference) -> dict[str, Any]:
    """Return the difference as data."""
    return {
        "version": 1,
        "base": difference.base,
        "head": difference.head,
        "effects": [
            {
                "kind": effect.kind,
                "destructive": effect.destructive,
                "headline": headline(effect),
                "objects": list(effect.objects),
                "kept": list(effect.kept),
                "environment": effect.environment,
                "cause": location(effect.cause),
                "fields": [
                    {"path": f.path, "before": f.before, "after": f.after, "sensitive": f.sensitive}
                    for f in effect.fields
                ],
            }
            for effect in difference.effects
        ],
        "secrets_needed": list(difference.new_secrets),
        "findings": {
            "new": [finding(f) for f in difference.new_findings],
            "solved": [finding(f) for f in difference.solved_findings],
        },
        "dates": list(difference.dates),
        "summary": {
            "effects": len(difference.effects),
            "destructive": sum(effect.destructive for effect in difference.effects),
            "new": len(difference.new_findings),
            "solved": len(difference.solved_findings),
        },
    }


def difference_document(difference: Difference, report: Report) -> Document:
    """Return the difference for the formats that show documents."""
    notes = [f"Secrets newly needed: {', '.join(difference.new_secrets)}"] if difference.new_secrets else []
    notes += [f"Solved {f.code}: {f.message}" for f in difference.solved_findings]
    return Document(
        title=f"mailspec diff {difference.base}...{difference.head}",
        verdict=verdict(difference),
        ok=not any(f.severity == "error" for f in difference.new_findings),
        parts=frozenset({"effects", "findings"}),
        findings=difference.new_findings,
        texts=report.texts,
        effects=tuple(
            Effect(
                capitalised(headline(e)),
                e.objects,
                tuple(d for d in details(e) if not d.startswith("that is")),
                e.destructive,
            )
            for e in difference.effects
        ),
        notes=(*notes, *difference.dates),
    )
