"""``status``, ``history``, ``rollback``, ``unlock`` and ``drift``: what was applied, and going back to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from mailspec.apply.live import read_live
from mailspec.apply.recover import unfinished
from mailspec.apply.unlock import lock_holder, unlock
from mailspec.load.spec import Spec
from mailspec.model.fields import Settings
from mailspec.model.smtp import WITH_PASSWORD
from mailspec.outcome.plan import Json, Plan
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.sign_in import NON_AUTHENTICATED, SignInStatus
from mailspec.plan.after import target_of
from mailspec.plan.desired import Desired, DesiredObject
from mailspec.plan.objects import target_renames
from mailspec.plan.rollback import wanted_again
from mailspec.rules.host import is_loopback
from mailspec.rules.policy import allowed_sender
from mailspec.state.records import Entry, LockInfo, Snapshot
from mailspec.state.store import entry, history
from mailspec.text.address import is_address
from mailspec.workflow.accounts.plain_settings import Sending
from mailspec.workflow.apply.going_back import in_clear_again, unlike
from mailspec.workflow.apply.planning import plan
from mailspec.workflow.apply.prepare import Prepared, with_findings
from mailspec.workflow.apply.proofs import unproven
from mailspec.workflow.checks.moved_secrets import moved_again
from mailspec.workflow.own_state import open_session
from mailspec.workflow.policy.outside_limits import beyond
from mailspec.workflow.project import ApplyRefusedError, UsageError
from mailspec.workflow.signin.signing_in import sign_ins
from mailspec.workflow.workspace import Workspace


class Status(NamedTuple):
    """What is applied. ``pending`` is what an apply would change now; ``unfinished`` and ``lock`` need a look."""

    active: str | None
    serial: int
    last: Entry | None
    pending: Plan
    notes: tuple[str, ...]
    unfinished: str | None
    lock: LockInfo | None
    unauthenticated: list[str]
    sign_ins: list[SignInStatus]
    unproven: list[str]


def status(prepared: Prepared) -> Status:
    """Compare the state with the files and the targets. Reads only."""
    applied = prepared.applied()
    active = next((name for name, current in applied.objects.items() if current.active), None)
    entries = history(prepared.session, 1)
    planned = plan(prepared)
    lacking = [
        item.name.partition(":")[2]
        for item in prepared.desired.objects
        if item.name.startswith("user:")
        and (
            item.fields.get("mode") == "smtp"
            and item.fields.get(Settings.auth.method) in WITH_PASSWORD
            and not _has(item.fields)
        )
    ]
    used = [_sending(item) for item in prepared.desired.objects if item.state != "absent"]
    found = sign_ins(str(prepared.root), used, prepared.workspace.secrets)
    lacking += [entry.name for entry in found if entry.kind == "user" and entry.word == NON_AUTHENTICATED]
    signed_in = {entry.name for entry in found if entry.proven}
    return Status(
        active,
        applied.serial,
        entries[0] if entries else None,
        planned.plan,
        (*planned.notes, *behind(prepared, applied)),
        unfinished(prepared.session),
        lock_holder(prepared.session),
        lacking,
        found,
        [name for name in unproven(prepared) if name not in signed_in],
    )


def behind(prepared: Prepared, applied: Snapshot) -> list[str]:
    """Say which targets of other machines do not hold what is wanted, by what the state knows of them."""
    lines = []
    former = target_renames(prepared.desired, applied.targets)
    for target in prepared.desired.elsewhere:
        known = applied.targets.get(former.get(target.name, target.name))
        if known is None:
            lines.append(f"target {target.name} on {target.machine}: behind, nothing was applied there yet")
        elif known.get("keys") != target.keys or known.get("path") != target.path:
            source = f" (it sends by {known['source']})" if known.get("source") else ""
            lines.append(f"target {target.name} on {target.machine}: behind, it holds an earlier apply{source}")
    return lines


def _sending(item: DesiredObject) -> Sending:
    kind, _, name = item.name.partition(":")
    return Sending(name or kind, kind, item.fields)  # type: ignore[arg-type]


def _has(fields: dict[str, Json]) -> bool:
    return isinstance(fields.get(Settings.auth.password), dict)


def entries(workspace: Workspace, state: str | None, limit: int) -> list[Entry]:
    """Return the latest applies, the newest first. Errors in the files hinder only where the instance is named.

    Raises:
        ApplyRefusedError: nobody can tell whose history is asked for, or the state's URL cannot be used.
    """
    if "instance" in workspace.spec.gaps:
        raise ApplyRefusedError(report=workspace.report)
    return history(open_session(workspace, state), limit)


def find_entry(prepared: Prepared, number: int | None) -> tuple[Entry, Desired]:
    """Return an entry to go back to, and what it wanted; without a number the one before the last.

    Raises:
        UsageError: there is no such entry, or it did not hold.
        ApplyRefusedError: it holds what today's policy or the runner's limits forbid.
    """
    if number is None:
        entries = history(prepared.session, 2, applied=True)
        if len(entries) < 2:
            raise UsageError("There is no earlier apply to go back to. See: mailspec history")
        chosen = entries[1]
    else:
        found = entry(prepared.session, number)
        if found is None:
            raise UsageError(f"There is no entry {number}. See: mailspec history")
        if found.status != "applied":
            raise UsageError(f"Entry {number} did not hold ({found.status}); there is nothing to go back to.")
        chosen = found
    snapshot = prepared.applied()
    live = read_live(snapshot, prepared.desired, prepared.root, prepared.workspace.secrets.lookup)
    desired = prepared.here(wanted_again(chosen.objects, chosen.targets, live, prepared.desired.thresholds))
    earlier_objects = [item for item in desired.objects if item.name in chosen.objects]
    workspace = prepared.workspace
    refusal = (
        beyond(workspace.limits, desired, workspace.root)
        or beyond_policy(workspace.spec, earlier_objects)
        or in_clear_again(desired.targets, prepared.desired.targets, prepared.root)
    )
    if refusal is not None:
        raise ApplyRefusedError(refusal)
    base = workspace.base
    before = workspace.base_project
    if base is not None and before is not None:
        targets = unlike(desired.targets, prepared.desired.targets)
        moved = list(moved_again(before, workspace.project, earlier_objects, targets, base.allowed))
        if moved:
            raise ApplyRefusedError(report=with_findings(prepared.report._replace(findings=()), moved))
    return chosen, desired


def last_applied(prepared: Prepared) -> Desired:
    """Return what the last apply wanted, as the state recorded it: the yardstick for drift."""
    applied = prepared.applied()
    targets: dict[str, Any] = applied.targets
    return prepared.here(Desired((), tuple(target_of(name, current) for name, current in targets.items())))


def release(prepared: Prepared) -> list[str] | Refusal:
    """Take a lock from a holder that is gone, and end what it left."""
    return unlock(prepared.session, prepared.desired, prepared.root)


def beyond_policy(spec: Spec, objects: Iterable[DesiredObject]) -> Refusal | None:
    """Return the first setting that ``policy.require_tls`` or ``policy.allowed_sender_domains`` forbids."""
    tls = spec.policy.get("require_tls") is True
    domains = spec.policy.get("allowed_sender_domains")
    for item in objects:
        host, security = item.fields.get("host"), item.fields.get("security")
        if tls and security == "none" and isinstance(host, str) and not is_loopback(host):
            return _refusal("require-tls", f"{item.name} connects to {host} without encryption", "policy.require_tls")
        if not isinstance(domains, list):
            continue
        for field in (Settings.from_.email, "envelope_from"):
            address = item.fields.get(field)
            if isinstance(address, str) and is_address(address) and not allowed_sender(address, domains):
                what = f"{item.name} sends as {address}"
                return _refusal("sender-domains", what, "policy.allowed_sender_domains")
    return None


def _refusal(rule: str, what: str, key: str) -> Refusal:
    return Refusal(
        rule,
        f"in that entry {what}, which {key} forbids",
        "go back to another entry (see: mailspec history), or have the policy changed",
    )
