"""A difference as text, data, and as a document for every other format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mailspec.model.fields import Settings
from mailspec.outcome.difference import Consequence, Difference, Written
from mailspec.outcome.finding import Finding
from mailspec.outcome.plan import FieldChange
from mailspec.outcome.report import Report
from mailspec.outcome.sentence import capitalised, shorten_list
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
    "feature": ("feature", "features"),
    "email_type": ("kind of message", "kinds of message"),
    "instance": ("the program", "the program"),
    "delivery": ("delivery", "delivery"),
    "deliverability": ("what DNS is to say", "what DNS is to say"),
}
_ONE_OF_ITS_KIND = {"bulk", "mobile", "policy", "instance", "delivery", "deliverability"}
_CONNECTION = frozenset({"port", "security"})
# Up to this many names of one kind are told one by one.
_NAMED = 3
# Keys of a target that are named.
_KEYS = 6


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
        if kind in _ONE_OF_ITS_KIND:
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
    switch = effect.kind in {"activated", "mail_off"}
    subject = who(effect.objects[:1] if switch else effect.objects) if effect.objects else ""
    tail = f" ({effect.environment})" if effect.environment else ""
    if effect.kind == "unreadable":
        return f"{effect.note}{tail}"
    if effect.kind == "mail_off":
        return f"{subject} is no longer active: {effect.note}{tail}"
    if effect.kind == "deleted":
        # What is only left out stays where it is until a plan prunes it.
        why = f"deleted ({effect.note})" if effect.note else "no longer declared"
        return f"{subject}: {why}{tail}"
    if effect.kind == "created":
        return f"{subject}: new{tail}"
    if effect.kind == "activated":
        return f"{subject} becomes the active one, after {_word(effect.fields[0].before)}{tail}"
    if effect.kind == "contents":
        return f"{subject}: {effect.note}{tail}"
    if effect.kind == "server_lost":
        host = next(change.before for change in effect.fields if change.path == "host")
        return f"{subject}: no server any more (was {text(host)}){tail}"
    if effect.kind == "secret_moved":
        return f"{subject}: {effect.note}{tail}"
    if effect.kind == "policy_loosened":
        return f"the policy is loosened: {_fields(effect.fields)}{tail}"
    if effect.kind == "policy":
        return f"the policy changes: {_fields(effect.fields)}{tail}"
    if effect.kind == "sign_in_lost":
        return f"{_changed(effect.objects, effect.fields)}; whoever is signed in has to sign in again{tail}"
    return f"{_changed(effect.objects, effect.fields)}{tail}"


def _changed(objects: Sequence[str], fields: Sequence[FieldChange]) -> str:
    rest = _fields(fields)
    if not _moved(fields):
        return f"{who(objects)}: {rest}"
    verb = "uses" if len(objects) == 1 else "use"
    return f"{who(objects)} now {verb} {_connection(fields)}{'; ' if rest else ''}{rest}"


def _moved(fields: Sequence[FieldChange]) -> bool:
    """Tell whether port and security change together: they are read as one."""
    entry = {change.path: change for change in fields}
    return entry.keys() >= _CONNECTION and all(entry[path].after is not None for path in _CONNECTION)


def _connection(fields: Sequence[FieldChange]) -> str:
    entry = {change.path: change for change in fields}
    port, security = entry["port"], entry["security"]
    was = [text(change.before) for change in (port, security) if change.before is not None]
    return f"{text(port.after)}/{text(security.after)}" + (f" (was {'/'.join(was)})" if was else "")


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
    if effect.kind in {"activated", "mail_off"} and len(effect.objects) > 1:
        others = effect.objects[1:]
        off = effect.kind == "mail_off"
        found.append(f"{who(others)}: no server any more" if off else _changed(others, effect.fields[1:]))
    kinds = [name.partition(":")[0] for name in effect.objects]
    if set(kinds) == {"mailing"} and any(
        change.path == Settings.from_.email and not change.after for change in effect.fields
    ):
        found.append("now a standard mail from the current user")
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
        shown = [d for d in details(effect) if verbose or len(d) <= 100 or not d.startswith("that is")]
        lines += [f"    {terminal(detail)}" for detail in shown]
    lines += [f"> {terminal(_written(entry))}" for entry in difference.writes]
    if difference.new_secrets:
        lines.append(f"+ secrets newly needed: {terminal(', '.join(difference.new_secrets))}")
    for name, found in (("new", difference.new_findings), ("solved", difference.solved_findings)):
        lines += _findings(name, found, verbose=verbose)
    lines += [f"date: {terminal(date)}" for date in difference.dates]
    lines.append("")
    lines.append(verdict(difference))
    return "\n".join(lines)


def _written(entry: Written) -> str:
    tail = f" ({entry.environment})" if entry.environment else ""
    return f"apply writes {entry.target} ({entry.path}){tail}: {shorten_list(entry.keys, _KEYS)}"


def _findings(name: str, found: Sequence[Finding], *, verbose: bool) -> Iterator[str]:
    """Yield a line a finding; of many with one code the first, and how many more there are."""
    by_code: dict[tuple[str, str], list[Finding]] = {}
    for entry in found:
        by_code.setdefault((entry.code, entry.severity), []).append(entry)
    for entries in by_code.values():
        shown = entries if verbose or len(entries) <= _NAMED else entries[:1]
        for entry in shown:
            where = f" {entry.location}" if entry.location is not None and name == "new" else ""
            more = f" (and {len(entries) - 1} more of {entry.code})" if len(shown) < len(entries) else ""
            yield f"{name} {entry.severity} {entry.code}{terminal(where)}: {terminal(entry.message)}{more}"


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
        "writes": [
            {"target": w.target, "path": w.path, "keys": list(w.keys), "environment": w.environment}
            for w in difference.writes
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
    notes += [capitalised(_written(entry)) for entry in difference.writes]
    notes += [f"Solved {f.code}: {f.message}" for f in difference.solved_findings]
    return Document(
        title=f"mailspec diff {difference.revisions}",
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
