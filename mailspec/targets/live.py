"""What the targets hold now, beside what is wanted there.

Secrets are compared here, in memory, and not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mailspec.outcome.mask import holds_secret, is_secret_key
from mailspec.outcome.plan import Json
from mailspec.outcome.secret import Secret
from mailspec.plan.after import WRITTEN
from mailspec.plan.desired import TargetDesired, filled, secret_reference
from mailspec.plan.live import LiveTarget, SecretOutcome, TargetStatus
from mailspec.targets.base import TargetProblem, WrittenValue
from mailspec.targets.registry import find

Lookup = Callable[[Mapping[str, Json]], Secret | None]
EXPRESSION = "(an expression)"


def read_target(target: TargetDesired, recorded: Mapping[str, Json] | None, root: Path, lookup: Lookup) -> LiveTarget:
    """Return what one target holds. ``lookup`` gives a reference's secret, ``None`` where it is not
    readable here.

    ``recorded`` is the record that the last apply left in the state.
    """
    kind = find(target.type)
    entry = kind if isinstance(kind, TargetProblem) else kind.read(target, root)
    if isinstance(entry, TargetProblem):
        return LiveTarget(target.name, "unreadable", problem=entry.message, help=entry.help)
    written = _keys_of(recorded, target)
    # Read by other words (another dialect, prefix or program), a file of ours says what nobody wrote as such.
    alike = written is not None and (recorded or {}).get("options") == dict(target.options)
    if not entry.exists:
        return LiveTarget(target.name, "absent", recorded=written)
    keys: dict[str, Json] = {}
    secrets: dict[str, SecretOutcome] = {}
    for key in dict.fromkeys([*target.keys, *(written or {})]):
        wanted = target.keys.get(key)
        reference = secret_reference(wanted)
        if key not in entry.values:
            keys[key] = None
        elif reference is not None:
            secrets[key] = (
                "not_checked" if key in entry.sealed else _compare(entry.values[key], _whole(wanted, lookup(reference)))
            )
        elif secret_reference((written or {}).get(key)) is not None:
            secrets[key] = "changed"
        else:
            value = entry.values[key]
            text = EXPRESSION if value is None else value.reveal()
            before = (written or {}).get(key)
            ours = before is not None and (alike or text == before)
            if value is None or text == wanted or (ours and not is_secret_key(key) and not holds_secret(text)):
                keys[key] = text
            else:
                # Whatever is wanted: what stands under a secret's key or one that we never wrote, or looks like a
                # secret, is shown to nobody.
                secrets[key] = "changed"
    source = None if recorded is None else recorded.get("source")
    status: TargetStatus = "foreign" if written is None else "ours"
    changed = frozenset(
        key
        for key, outcome in secrets.items()
        if outcome == "changed" and target.keys.get(key) == (written or {}).get(key)
    )
    stamp, nobody = (recorded or {}).get(WRITTEN), frozenset[str]()
    known = stamp is not None and entry.written is not None
    return LiveTarget(
        target.name,
        status,
        keys,
        secrets,
        written,
        entry.mode,
        source=source if isinstance(source, str) else None,
        owner=entry.owner,
        rotated=changed if known and stamp == entry.written else nobody,
        edited=changed if known and stamp != entry.written else nobody,
        readable=entry.readable,
    )


def written_now(target: TargetDesired, root: Path) -> str | None:
    """Return what tells when a target was last written, ``None`` where it cannot tell."""
    kind = find(target.type)
    entry = kind if isinstance(kind, TargetProblem) else kind.read(target, root)
    return None if isinstance(entry, TargetProblem) else entry.written


def _keys_of(recorded: Mapping[str, Json] | None, target: TargetDesired) -> dict[str, Any] | None:
    """Return what was written to this file; another file was never written by us."""
    if recorded is None or recorded.get("path") != target.path or recorded.get("type") != target.type:
        return None
    keys = recorded.get("keys")
    return dict(keys) if isinstance(keys, dict) else {}


def _whole(wanted: Json, secret: Secret | None) -> Secret | None:
    return None if secret is None else Secret(filled(wanted, secret.reveal()))


def _compare(secret: Secret | None, wanted: Secret | None) -> SecretOutcome:
    if wanted is None:
        return "not_checked"
    return "unchanged" if secret == wanted else "changed"


def values_of(target: TargetDesired, live_target: LiveTarget, lookup: Lookup) -> dict[str, WrittenValue | None]:
    """Return what to write: each wanted key's value, and ``None`` for those that go.

    All secrets are there by now.
    """
    values: dict[str, WrittenValue | None] = {key: None for key in live_target.recorded or {} if key not in target.keys}
    for key, value in target.keys.items():
        reference = secret_reference(value)
        if reference is not None:
            values[key] = _whole(value, lookup(reference))
        else:
            values[key] = None if value is None else str(value)
    return values
