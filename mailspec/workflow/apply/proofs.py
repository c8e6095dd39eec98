"""Which accounts nobody has proven: of whose sign-in no apply has a test."""

from __future__ import annotations

from collections.abc import Mapping

from mailspec.model.fields import Settings
from mailspec.outcome.plan import Json
from mailspec.plan.digest import canonical
from mailspec.resolve import accounts_in_use
from mailspec.state.store import history
from mailspec.workflow.apply.prepare import Prepared

# Entries of the history that are looked through, the newest first.
_ENTRIES = 200
_PROVES = frozenset({"sign_in", "sender", "accepted"})
# An account with another of these is another account: what was proven says nothing of it.
_ACCOUNT = (
    *("mode", "host", "port", "security"),
    *(Settings.auth.method, Settings.auth.username, Settings.auth.password, Settings.auth.oauth.account),
)


def unproven(prepared: Prepared) -> list[str]:
    """Return the names of the accounts in use whose sign-in no test of an apply has shown as they are now."""
    resolver = prepared.workspace.resolver
    used = {settings.object.lower() for settings, _ in accounts_in_use(resolver)} | {"bulk:bulk", "mobile:mobile"}
    wanted = [
        item
        for item in prepared.desired.objects
        if item.name.lower() in used
        and item.state != "absent"
        and item.fields.get("mode") in ("smtp", "office365")
        and item.fields.get(Settings.auth.method) not in (None, "none")
    ]
    if not wanted:
        return []
    proven = {
        _account(recorded.fields)
        for entry in history(prepared.session, _ENTRIES)
        for test in entry.tests
        if test.get("proven") in _PROVES
        and (recorded := entry.objects.get(f"{test.get('kind')}:{test.get('name')}")) is not None
    }
    return [item.name.partition(":")[2] for item in wanted if _account(item.fields) not in proven]


def _account(fields: Mapping[str, Json]) -> str:
    return canonical([fields.get(name) for name in _ACCOUNT])
