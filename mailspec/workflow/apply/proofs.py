"""What was proven of accounts: by the tests of one apply, and which accounts no apply has proven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mailspec.model.fields import Settings
from mailspec.outcome.mail import PROVEN_WORDS, TestResult
from mailspec.outcome.plan import Json
from mailspec.outcome.recap import ProvenAccount
from mailspec.plan.desired import Desired, DesiredObject
from mailspec.plan.digest import canonical
from mailspec.resolve import accounts_in_use
from mailspec.state.store import history
from mailspec.workflow.apply.prepare import Prepared

# Entries of the history that are looked through, the newest first.
_ENTRIES = 200
_ORDER = {word: number for number, word in enumerate(PROVEN_WORDS)}
_PROVES = frozenset({"sign_in", "sender", "accepted"})
# An account with another of these is another account: what was proven says nothing of it.
_ACCOUNT = (
    *("mode", "host", "port", "security"),
    *(Settings.auth.method, Settings.auth.username, Settings.auth.password, Settings.auth.oauth.account),
)


def unproven(prepared: Prepared) -> list[str]:
    """Return the names of the accounts in use whose sign-in no test of an apply has shown as they are now."""
    resolver = prepared.workspace.resolver
    used = {"bulk:bulk", "mobile:mobile"}
    for account in accounts_in_use(resolver):
        used.update([f"user:{identity}" for identity in account.people] or [account.settings.object.lower()])
    wanted = [
        item
        for item in prepared.desired.objects
        if item.name.lower() in used
        and item.state != "absent"
        and item.fields.get("mode") in ("smtp", "office365")
        and _signs_in(item)
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


def proven_accounts(
    desired: Desired, touched: set[str], changed: set[str], tests: Iterable[TestResult]
) -> tuple[ProvenAccount, ...]:
    """Say of each account that an apply concerns what its tests have proven.

    Concerned are accounts that changed (``changed``), are active, or are carried by a target that was ``touched``. A
    mailing, and who else signs in as another account does, has the sign-in of that one.
    """
    carried = {name for target in desired.targets if target.name in touched for name in target.carries}
    sources = {target.source for target in desired.targets if target.name in touched}
    objects = {item.name: item for item in desired.objects}
    best: dict[str, TestResult] = {}
    for result in tests:
        name = f"{result.kind}:{result.name}"
        if name not in best or _ORDER[result.proven] > _ORDER[best[name].proven]:
            best[name] = result
    signed_in = {
        _account(objects[name].fields): name
        for name, result in best.items()
        if result.proven in _PROVES and name in objects
    }
    found = []
    for item in desired.objects:
        concerned = item.state == "active" or item.name in changed | carried | sources | best.keys()
        if not concerned or item.state == "absent" or item.fields.get("mode") not in ("smtp", "office365"):
            continue
        tried = best.get(item.name)
        other = signed_in.get(_account(item.fields)) if _signs_in(item) else None
        if tried is not None:
            found.append(ProvenAccount(item.name, tried.proven, _note(tried)))
        elif other is not None:
            found.append(ProvenAccount(item.name, "sign_in", f"it signs in as {other}"))
        else:
            found.append(ProvenAccount(item.name, "nothing", _untried(item)))
    return tuple(found)


def _note(result: TestResult) -> str:
    if result.status in ("sent", "passed"):
        return "" if result.status == "sent" else "no message was sent"
    return (result.reason or ("it failed" if result.status == "failed" else "it was not tried")).rstrip(".")


def _untried(item: DesiredObject) -> str:
    kind = item.name.partition(":")[0]
    if kind == "user":
        return "apply signs in for nobody"
    return "it is not in use" if kind == "configuration" else "nothing of it was tried"


def _signs_in(item: DesiredObject) -> bool:
    return item.fields.get(Settings.auth.method) not in (None, "none")


def _account(fields: Mapping[str, Json]) -> str:
    return canonical([fields.get(name) for name in _ACCOUNT])
