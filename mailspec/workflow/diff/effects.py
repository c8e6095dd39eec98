"""From two sides to effects: each cause is told once, with everyone whom it touches and whom it passes by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailspec.load.spec import KIND_OF, name_key
from mailspec.model.effective import Effective
from mailspec.model.fields import BY_NAME, Settings
from mailspec.model.sign_in import ends_sign_in
from mailspec.outcome.difference import Consequence, EffectKind
from mailspec.outcome.location import Location
from mailspec.outcome.plan import FieldChange
from mailspec.workflow.diff.causes import ACTIVATION, Touched, by_cause
from mailspec.workflow.diff.declared import declared_effects
from mailspec.workflow.diff.sides import Side

# What the state knows by its name, beside what has settings of its own.
_RENAMED = ("configurations", "users", "mailings", "targets")
_STRENGTH = {"none": 0, "starttls": 1, "tls": 1}


def effects(before: Side, after: Side) -> list[Consequence]:
    """Return what a change does: activations first, then deletions, changes by cause, and what is new."""
    return [
        *_activation(before, after),
        *_gone(before, after),
        *_changed(before, after),
        *_created(before, after),
        *declared_effects(before, after),
        *_targets(before, after),
    ]


def _activation(before: Side, after: Side) -> list[Consequence]:
    """Tell the switch of the active configuration, with everyone whose server changes by it."""
    if before.active == after.active:
        return []
    item = None if after.active is None else after.spec.configurations[after.active]
    former = None if item is None else item.get("renamed_from")
    if former is not None and former == before.active:
        return []
    renamed = _renamed(before, after)
    earlier = {renamed.get(name, name): entry for name, entry in before.objects.items()}
    copied = by_cause(earlier, after.objects, switched=True).get(ACTIVATION, Touched())
    if item is None:
        note = "mail is off" + (f"; what stops: {'; '.join(after.stops())}" if after.stops() else "")
        return [Consequence("mail_off", (f"configuration:{before.active}", *copied.objects), note=note)]
    fields = (FieldChange("active", before.active, after.active), *copied.changes())
    objects = (f"configuration:{after.active}", *copied.objects)
    kept = _kept(after, tuple(copied.objects), copied.changes())
    return [Consequence("activated", objects, fields, kept, item.locate(("state",)))]


def _renamed(before: Side, after: Side) -> dict[str, str]:
    """Return old name to new name, where the old one is not declared any more and the new one was not."""
    found: dict[str, str] = {}
    for section in _RENAMED:
        kind, old, new = KIND_OF[section], before.spec.lists[section], after.spec.lists[section]
        for name, item in new.items():
            former = item.get("renamed_from")
            if former is not None and section == "users":
                former = str(former).lower()
            if former is not None and former in old and former not in new and name not in old:
                found[f"{kind}:{former}"] = f"{kind}:{name}"
    return found


def _gone(before: Side, after: Side) -> list[Consequence]:
    renamed = _renamed(before, after)
    gone = [name for name in before.objects if name not in after.objects and name not in renamed]
    absent = [name for name in gone if _is_absent(after, name)]
    left = [name for name in gone if name not in absent]
    return [
        *(Consequence("deleted", tuple(names), note="state: absent") for names in _by_kind(absent)),
        *(Consequence("deleted", tuple(names)) for names in _by_kind(left)),
    ]


def _is_absent(side: Side, name: str) -> bool:
    kind, _, rest = name.partition(":")
    item = side.spec.configurations.get(rest) if kind == "configuration" else None
    return item is not None and item.get("state") == "absent"


def _created(before: Side, after: Side) -> list[Consequence]:
    renamed = set(_renamed(before, after).values())
    new = [name for name in after.objects if name not in before.objects and name not in renamed]
    return [Consequence("created", tuple(names), cause=_declared_at(after, names[0])) for names in _by_kind(new)]


def _declared_at(side: Side, name: str) -> Location | None:
    kind, _, rest = name.partition(":")
    section = next((section for section, word in KIND_OF.items() if word == kind), None)
    item = None if section is None else side.spec.lists[section].get(rest)
    return None if item is None else item.locate((name_key(section or ""),))


def _by_kind(names: list[str]) -> list[list[str]]:
    kinds: dict[str, list[str]] = {}
    for name in names:
        kinds.setdefault(name.partition(":")[0], []).append(name)
    return list(kinds.values())


def _changed(before: Side, after: Side) -> list[Consequence]:
    """Return an effect a cause; causes that touch the same objects belong together."""
    renamed = _renamed(before, after)
    earlier = {renamed.get(name, name): entry for name, entry in before.objects.items()}
    causes = by_cause(earlier, after.objects, switched=before.active != after.active)
    # It is told with the switch itself.
    causes.pop(ACTIVATION, None)
    together: dict[tuple[str, ...], list[Touched]] = {}
    for touched in causes.values():
        together.setdefault(tuple(touched.objects), []).append(touched)
    found = []
    for everyone, parts in together.items():
        fields = tuple({change.path: change for touched in parts for change in touched.changes()}.values())
        lost = any(change.path == "host" and change.after is None for change in fields)
        if lost:
            # Without a server everything about it is gone too; once is enough.
            mode = tuple(change for change in fields if change.path == "mode")
            fields = mode or tuple(change for change in fields if change.path == "host")
        cause = next((touched.place for touched in parts if touched.place is not None), None)
        kind = _kind(fields)
        if kind == "changed" and any(_sign_in_ends(earlier[name], after.objects[name], fields) for name in everyone):
            kind = "sign_in_lost"
        found.append(Consequence(kind, everyone, fields, _kept(after, everyone, fields), cause))
    found += [
        Consequence("changed", (new_name,), (FieldChange("name", old_name, new_name),))
        for old_name, new_name in renamed.items()
        if old_name in before.objects and new_name in after.objects
    ]
    return found


def _kind(fields: tuple[FieldChange, ...]) -> EffectKind:
    paths = {change.path for change in fields}
    for change in fields:
        if change.path == "security" and change.before in _STRENGTH and change.after == "none":
            return "weakened" if change.before != "none" else "changed"
        if change.path == Settings.tls.validate_certs and change.after is False:
            return "weakened"
        if change.path == "host" and change.after is None and "mode" not in paths:
            return "server_lost"
    return "changed"


def _sign_in_ends(old: Effective, new: Effective, fields: tuple[FieldChange, ...]) -> bool:
    """Tell whether these fields give an account another issuer or client."""
    before = {str(field): value.value for field, value in old.fields.items()}
    changed = {str(field): value.value for field, value in new.fields.items()}
    return ends_sign_in(before, before | {change.path: changed.get(change.path) for change in fields})


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


# Who has the key to a certificate reads all passwords in the manifest, which goes to Git.
_SEALED = "its passwords are sealed for {after} and not for {before}: whoever has the key to it reads them"


def _by_readers(fields: tuple[FieldChange, ...], earlier: Mapping[str, Any]) -> dict[EffectKind, list[FieldChange]]:
    """Tell the words of a target by which others can read its passwords from those that change only what is written."""
    found: dict[EffectKind, list[FieldChange]] = {}
    for change in fields:
        kind: EffectKind = "changed"
        if change.path == "certificate" and earlier.get("certificate") is not None:
            kind = "secret_moved"
        elif change.path == "mode":
            kind = "changed" if _no_wider(change) else "weakened"
        elif (change.path, change.after) == ("secrets", "values"):
            kind = "weakened"
        found.setdefault(kind, []).append(change)
    return found


def _no_wider(change: FieldChange) -> bool:
    """Tell whether a file's mode lets nobody in whom the former one kept out; none said is the owner alone."""
    try:
        before, after = (int(str(mode or "0600"), 8) for mode in (change.before, change.after))
    except ValueError:
        return False
    return not after & ~before


def _targets(before: Side, after: Side) -> list[Consequence]:
    found: list[Consequence] = []
    renamed = _renamed(before, after)
    earlier_targets = {renamed.get(name, name): entry for name, entry in before.targets.items()}
    gone = tuple(name for name in before.targets if name not in after.targets and name not in renamed)
    new = tuple(name for name in after.targets if name not in earlier_targets)
    if gone:
        found.append(Consequence("deleted", gone))
    for name, entry in after.targets.items():
        earlier: dict[str, Any] | None = earlier_targets.get(name)
        if earlier is None:
            continue
        fields = tuple(
            FieldChange(key, earlier.get(key), entry.get(key))
            for key in dict.fromkeys([*earlier, *entry])
            if key != "renamed_from" and earlier.get(key) != entry.get(key)
        )
        item = after.spec.targets[name.partition(":")[2]]
        for kind, changes in _by_readers(fields, earlier).items():
            note = ""
            if kind == "secret_moved":
                note = _SEALED.format(before=changes[0].before, after=changes[0].after or "nothing")
            found.append(Consequence(kind, (name,), tuple(changes), cause=item.locate((changes[0].path,)), note=note))
    if new:
        found.append(Consequence("created", new))
    return found
