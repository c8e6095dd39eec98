"""Wanted minus held gives the plan."""

from __future__ import annotations

from mailspec.outcome.plan import Basis, Change, Plan
from mailspec.outcome.sentence import shorten_list
from mailspec.plan.desired import Desired, TargetDesired, secret_reference
from mailspec.plan.digest import digest, plan_digest, spec_digest, target_digest
from mailspec.plan.drift import changed_outside
from mailspec.plan.flags import Flags
from mailspec.plan.live import Live, LiveTarget
from mailspec.plan.objects import object_changes, stays_undeclared, undeclared
from mailspec.plan.targets import target_changes

_SHOWN = 5
FIRST = "first apply here: nothing is known of earlier settings, and nothing is deleted"


def make_plan(desired: Desired, live: Live, flags: Flags) -> Plan:
    """Return the plan that turns what is held into what is wanted. Same input, same plan, same digest.

    Whether it may be applied is asked of :func:`mailspec.plan.guard.refusals`.
    """
    changes = (*object_changes(desired, live, flags), *target_changes(desired, live, flags))
    basis = make_basis(desired, live, flags)
    secrets = {
        f"{name} {key}": outcome
        for name, entry in sorted(live.targets.items())
        for key, outcome in sorted(entry.secrets.items())
    }
    return Plan(changes, basis, plan_digest(changes, basis), _notes(desired, live, flags, changes), dict(secrets))


def make_basis(desired: Desired, live: Live, flags: Flags) -> Basis:
    """Return what a plan is bound to."""
    return Basis(
        lineage=live.lineage,
        serial=live.serial,
        spec=spec_digest(desired),
        environment=flags.environment,
        variables=digest(desired.variables),
        live={name: target_digest(entry) for name, entry in sorted(live.targets.items())},
        limit=flags.limit or (),
        prune=flags.prune,
        confirmed=tuple(sorted(flags.confirmed)),
        allowed=tuple(sorted(flags.allowed)),
        as_of=flags.as_of,
        commit=flags.commit,
        machine=flags.machine,
    )


def _notes(desired: Desired, live: Live, flags: Flags, changes: tuple[Change, ...]) -> tuple[str, ...]:
    notes: list[str] = []
    if not live.serial and changes:
        notes.append(FIRST)
    if not flags.prune:
        notes += [
            f"{name} is no longer declared and is kept; --prune --confirm-delete '{name.partition(':')[2]}' deletes it"
            for name in [
                *filter(stays_undeclared, undeclared(desired, live)),
                *(f"target:{name}" for name in live.undeclared),
            ]
        ]
    notes += left_behind(changes)
    written = {change.target for change in changes}
    for target in desired.targets:
        live_target = live.targets.get(target.name)
        if live_target is None:
            continue
        if target.reload and target.name in written:
            notes.append(f"target {target.name}: after the write this runs: {' '.join(target.reload)}")
        changed = changed_outside(live_target)
        if live_target.status == "absent" and live_target.recorded is not None:
            notes.append(f"target {target.name}: {target.path} was removed outside mailspec")
        elif changed:
            notes.append(f"target {target.name}: changed outside mailspec: {', '.join(changed)}")
        if live_target.rotated:
            notes.append(
                f"target {target.name}: rotated since the last apply: {', '.join(sorted(live_target.rotated))}"
            )
        file = exposed(target, live_target)
        if file is not None:
            notes.append(
                f"target {target.name}: {file} holds a password and every user can read it; 'mode: \"0600\"' closes it"
            )
        unread = [key for key, outcome in live_target.secrets.items() if outcome == "not_checked"]
        if unread:
            notes.append(f"target {target.name}: not compared, the secret is not readable here: {', '.join(unread)}")
    return (*notes, *_carried(desired))


def left_behind(changes: tuple[Change, ...]) -> list[str]:
    """Say in one sentence of people who leave what mailspec cannot take back from them; nothing where nobody does."""
    gone = [change for change in changes if change.action == "delete" and change.name.startswith("user:")]
    if not gone:
        return []
    names = shorten_list([change.name.partition(":")[2] for change in gone], _SHOWN)
    kinds = dict.fromkeys(
        _WITHDRAW[kind]
        for change in gone
        for field in change.fields
        if field.sensitive and isinstance(field.before, dict)
        for kind in field.before
        if kind in _WITHDRAW
    )
    last = "rights on mailboxes that were given to them"
    return [f"{names} left; mailspec cannot withdraw {', '.join([*kinds, 'stored sign-ins (tokens)'])} and {last}"]


# What stays of a person's secret where it is, by the kind of its reference.
_WITHDRAW = {
    "keyring": "their keyring entries",
    "file": "their secret files",
    "vault": "their entries in the vault",
    "env": "their environment variables",
    "plugin": "their entries with the plugin",
}
_SHOWN = 3


def _carried(desired: Desired) -> list[str]:
    """Say which people and mailings each target carries, and once which are recorded only."""
    if not (desired.targets or desired.elsewhere):
        return []
    sending = [item.name for item in desired.objects if item.name.startswith(("user:", "mailing:"))]
    notes, carried = [], set()
    for target in (*desired.targets, *desired.elsewhere):
        carries = set(target.carries)
        mine = [name for name in sending if name in carries]
        carried.update(mine)
        if mine:
            notes.append(f"target {target.name} carries {_some(mine)}")
    alone = [name for name in sending if name not in carried]
    if alone:
        notes.append(f"recorded only, no target carries them: {_some(alone)}")
    return notes


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def exposed(target: TargetDesired, live_target: LiveTarget) -> str | None:
    """Return a file in which others can read a password and whose mode nobody declared, ``None`` for none."""
    if target.options.get("mode") is not None:
        return None
    secrets = [key for key, value in target.keys.items() if secret_reference(value) is not None]
    return next(filter(None, map(live_target.shown_to_all, secrets)), None)
