"""From two sides to effects: each cause is told once, with everyone whom it touches and whom it passes by."""

from __future__ import annotations

import json
from typing import Any

from mailspec.model.effective import Effective
from mailspec.model.fields import BY_NAME, SENSITIVE, Settings
from mailspec.outcome.difference import Consequence, EffectKind
from mailspec.outcome.location import Location
from mailspec.outcome.plan import FieldChange
from mailspec.workflow.diff.sides import Side, plain

# What follows from other fields and would only repeat them.
_FOLLOWS = frozenset({"provider"})
_STRENGTH = {"none": 0, "starttls": 1, "tls": 1}


def effects(before: Side, after: Side) -> list[Consequence]:
    """Return what a change does: activations first, then deletions, changes by cause, and what is new."""
    return [
        *_activation(before, after),
        *_gone(before, after),
        *_changed(before, after),
        *_created(before, after),
        *_targets(before, after),
    ]


def _activation(before: Side, after: Side) -> list[Consequence]:
    if before.active == after.active:
        return []
    if after.active is None:
        note = "mail is off" + (f"; what stops: {'; '.join(after.stops())}" if after.stops() else "")
        return [Consequence("mail_off", (f"configuration:{before.active}",), note=note)]
    former = after.spec.configurations[after.active].get("renamed_from")
    if former is not None and former == before.active:
        return []
    change = FieldChange("active", before.active, after.active)
    item = after.spec.configurations[after.active]
    return [Consequence("activated", (f"configuration:{after.active}",), (change,), cause=item.locate(("name",)))]


def _renamed(after: Side) -> dict[str, str]:
    return {
        f"configuration:{item.get('renamed_from')}": f"configuration:{name}"
        for name, item in after.spec.configurations.items()
        if item.get("renamed_from") is not None
    }


def _gone(before: Side, after: Side) -> list[Consequence]:
    renamed = _renamed(after)
    gone = [name for name in before.objects if name not in after.objects and name not in renamed]
    return [Consequence("deleted", tuple(names)) for names in _by_kind(gone)]


def _created(before: Side, after: Side) -> list[Consequence]:
    renamed = set(_renamed(after).values())
    new = [name for name in after.objects if name not in before.objects and name not in renamed]
    return [Consequence("created", tuple(names)) for names in _by_kind(new)]


def _by_kind(names: list[str]) -> list[list[str]]:
    kinds: dict[str, list[str]] = {}
    for name in names:
        kinds.setdefault(name.partition(":")[0], []).append(name)
    return list(kinds.values())


def _changed(before: Side, after: Side) -> list[Consequence]:
    """Group by field, values and cause; then fields that touch the same objects belong together."""
    renamed = _renamed(after)
    touched: dict[tuple[str, str, str], list[str]] = {}
    values: dict[tuple[str, str, str], tuple[FieldChange, Location | None]] = {}
    for former, old in before.objects.items():
        name = renamed.get(former, former)
        new = after.objects.get(name)
        if new is None:
            continue
        lost = old.host is not None and new.host is None
        for field in dict.fromkeys([*old.fields, *new.fields]):
            one, other = plain(old.fields.get(field)), plain(new.fields.get(field))
            if one == other or field in _FOLLOWS:
                continue
            if lost and field not in ("host", "mode"):
                # Without a server everything about it is gone too; once is enough.
                continue
            key = (str(field), json.dumps(one, sort_keys=True), json.dumps(other, sort_keys=True))
            touched.setdefault(key, []).append(name)
            if key not in values:
                holder = new.fields.get(field) or old.fields.get(field)
                place = holder.location if holder is not None and field in new.fields else None
                values[key] = (FieldChange(field, one, other, field in SENSITIVE), place)
    together: dict[tuple[str, ...], list[tuple[FieldChange, Location | None]]] = {}
    for key, names in touched.items():
        together.setdefault(tuple(names), []).append(values[key])
    found = []
    for everyone, parts in together.items():
        fields = tuple(change for change, _place in parts)
        cause = next((place for _change, place in parts if place is not None), None)
        kept = _kept(after, everyone, fields)
        found.append(Consequence(_kind(fields), everyone, fields, kept, cause))
    found += [
        Consequence("changed", (new_name,), (FieldChange("name", old_name, new_name),))
        for old_name, new_name in renamed.items()
        if old_name in before.objects and new_name in after.objects and old_name not in after.objects
    ]
    return found


def _kind(fields: tuple[FieldChange, ...]) -> EffectKind:
    for change in fields:
        if change.path == "security" and change.before in _STRENGTH and change.after == "none":
            return "weakened" if change.before != "none" else "changed"
        if change.path == Settings.tls.validate_certs and change.after is False:
            return "weakened"
        if change.path == "host" and change.after is None:
            return "server_lost"
    return "changed"


def _kept(after: Side, names: tuple[str, ...], fields: tuple[FieldChange, ...]) -> tuple[str, ...]:
    """Return the people whom a change of the common server passes by, because they have words of their own."""
    if not any(name.startswith("configuration:") for name in names) and len(names) < 2:
        return ()
    changed = {change.path for change in fields} & {"host", "port", "security", Settings.auth.method, "timeout"}
    if not changed or not any(name.startswith("user:") for name in names):
        return ()
    touched = set(names)
    return tuple(
        name
        for name, entry in after.objects.items()
        if entry.kind == "user" and name not in touched and entry.mode == "smtp" and _own(entry, changed)
    )


def _own(settings: Effective, fields: set[str]) -> bool:
    return any((settings.origin(BY_NAME[field]) or "").startswith(("own", "group:")) for field in fields)


def _targets(before: Side, after: Side) -> list[Consequence]:
    found: list[Consequence] = []
    gone = tuple(name for name in before.targets if name not in after.targets)
    new = tuple(name for name in after.targets if name not in before.targets)
    if gone:
        found.append(Consequence("deleted", gone))
    for name, entry in after.targets.items():
        earlier: dict[str, Any] | None = before.targets.get(name)
        if earlier is None:
            continue
        fields = tuple(
            FieldChange(key, earlier.get(key), entry.get(key))
            for key in dict.fromkeys([*earlier, *entry])
            if earlier.get(key) != entry.get(key)
        )
        if fields:
            item = after.spec.targets[name.partition(":")[2]]
            found.append(Consequence("changed", (name,), fields, cause=item.locate((fields[0].path,))))
    if new:
        found.append(Consequence("created", new))
    return found
