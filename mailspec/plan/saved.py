"""A plan as a file: JSON that was approved and is only compared, never followed."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from mailspec.files.json_text import read_json
from mailspec.outcome.plan import Basis, Change, FieldChange, Plan
from mailspec.outcome.refusal import Refusal
from mailspec.plan.digest import canonical, digest, plan_digest

VERSION = 1
_LARGEST = 16 * 1024 * 1024  # characters
_LISTS = ("limit", "confirmed", "allowed")
_KEYS = {"version", "changes", "basis", "summary", "digest", "notes", "secrets"}


def as_json(plan: Plan) -> dict[str, Any]:
    """Return a plan's published JSON: the file's content and what ``plan --format json`` prints."""
    return {
        "version": VERSION,
        "changes": [_change(change) for change in plan.changes],
        "summary": plan.summary,
        "notes": list(plan.notes),
        "secrets": dict(plan.secrets),
        "basis": asdict(plan.basis) | {name: list(getattr(plan.basis, name)) for name in _LISTS},
        "digest": plan.digest,
    }


def dump(plan: Plan) -> str:
    """Return the text of a plan file."""
    data = as_json(plan)
    # The plan's digest leaves out what differs between machines; the checksum is over every key of this file.
    data["checksum"] = digest(data)
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=True) + "\n"


def load(text: str, name: str = "") -> Plan | Refusal:
    """Read the plan file ``name``. Anything missing, unknown or edited is a refusal."""
    found = _load(text)
    if isinstance(found, Plan):
        return found
    what = f"the plan file {name}" if name else "the plan file"
    return Refusal("plan-file", f"{what} cannot be used: {found}", "make a new one with 'mailspec plan --out FILE'")


def _load(text: str) -> Plan | str:
    if len(text) > _LARGEST:
        return "it is too large"
    if text.startswith("\ufeff"):
        return "a byte order mark (BOM) stands before the JSON: another program has saved it"
    try:
        data = read_json(text)
    except (ValueError, RecursionError):
        return "it is empty" if not text.strip() else "it is no JSON"
    if not isinstance(data, dict) or "version" not in data:
        return "it is no plan of mailspec"
    if data["version"] != VERSION:
        return f"its version is {str(data['version'])[:20]!r}, and this mailspec knows {VERSION}"
    if set(data) != {*_KEYS, "checksum"}:
        missing = sorted({*_KEYS, "checksum"} - set(data))
        return f"it lacks {', '.join(missing)}" if missing else "it has keys that no plan has"
    if data.pop("checksum") != digest(data):
        return "its content does not match its checksum: it was edited"
    try:
        plan = _plan(data)
        intact = canonical(as_json(plan)) == canonical(data) and plan_digest(plan.changes, plan.basis) == plan.digest
    except (TypeError, KeyError, ValueError, AttributeError, RecursionError):
        return "its parts are not those of a plan"
    return plan if intact else "its content does not match its digest: it was edited"


def _change(change: Change) -> dict[str, Any]:
    data = change.data
    del data["status"]
    return data


def _plan(data: dict[str, Any]) -> Plan:
    basis = dict(data["basis"])
    if set(basis) != {item.name for item in fields(Basis)}:
        raise KeyError("basis")
    basis |= {name: tuple(basis[name]) for name in _LISTS}
    changes = tuple(
        Change(**{**change, "fields": tuple(FieldChange(**item) for item in change["fields"])})
        for change in data["changes"]
    )
    return Plan(changes, Basis(**basis), str(data["digest"]), tuple(data["notes"]), dict(data["secrets"]))
