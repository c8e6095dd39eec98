"""``apply``: recover what was left, plan, ask, and let :mod:`mailspec.apply` make the change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import cast

from mailspec.apply.recover import recover
from mailspec.apply.request import Request
from mailspec.apply.run import apply
from mailspec.model.fields import PlainSettings, Settings
from mailspec.outcome.effective import Kind
from mailspec.outcome.plan import Plan
from mailspec.outcome.recap import Recap
from mailspec.outcome.refusal import Refusal
from mailspec.plan.desired import Desired, DesiredObject
from mailspec.plan.given import given
from mailspec.workflow.accounts.plain_settings import Sending, written_at
from mailspec.workflow.apply.planning import Planned, plan, secret_findings
from mailspec.workflow.apply.prepare import Prepared, with_findings
from mailspec.workflow.apply.proofs import proven_accounts
from mailspec.workflow.checks.former_secrets import places_to_record
from mailspec.workflow.mailtest.mail_tests import MailTest, checks
from mailspec.workflow.options import PLAIN, ApplyOptions, PlanOptions
from mailspec.workflow.project import ApplyRefusedError
from mailspec.workflow.workspace import Workspace


def planned_for_apply(
    prepared: Prepared,
    options: PlanOptions = PLAIN,
    *,
    wait: float = 0.0,
    saved: Plan | None = None,
    desired: Desired | None = None,
    tell: Callable[[str], None] = lambda _words: None,
) -> tuple[Planned, list[str]]:
    """Undo or finish what an earlier apply left, then plan. A saved plan brings its own options.

    ``wait`` is how many seconds to wait for a lock; ``tell`` hears for whom.

    Raises:
        ApplyRefusedError: what is unfinished belongs to another host, or a needed secret is missing or malformed.
    """
    wanted = desired or prepared.desired
    notes = recover(prepared.session, wanted, prepared.root, wait, tell)
    if isinstance(notes, Refusal):
        raise ApplyRefusedError(notes)
    if saved is not None:
        basis = saved.basis
        day = date.fromisoformat(basis.as_of) if basis.as_of else None
        options = PlanOptions(basis.limit or (), basis.prune, basis.confirmed, basis.allowed, day)
    planned = plan(prepared, options, desired=desired)
    if planned.plan.changes:
        wrong = secret_findings(prepared, wanted, planned.flags, required=True)
        if any(finding.severity == "error" for finding in wrong):
            raise ApplyRefusedError(report=with_findings(prepared.report, wrong))
    return planned, notes


def run(
    prepared: Prepared,
    planned: Planned,
    options: ApplyOptions,
    *,
    approved: Plan,
    single_use: bool = False,
    desired: Desired | None = None,
    rollback: int | None = None,
    progress: Callable[[str], None] | None = None,
    tell: Callable[[str], None] = lambda _words: None,
) -> Recap:
    """Apply an approved plan. ``rollback`` is the entry of the history that ``desired`` goes back to."""
    workspace = prepared.workspace
    wanted = desired or prepared.desired
    preflight = send = to = None
    active = [item for item in wanted.objects if item.state == "active"]
    touched = {change.target for change in approved.changes}
    # A target may have accounts of its own, which no activation tries.
    also = given(wanted, touched)
    tried = [item for item in wanted.objects if item in active or (item.name in also and item.state != "absent")]
    if tried:
        # From what was loaded and approved: whoever edits the files meanwhile does not choose where mail goes.
        mail_test = MailTest(workspace, lambda: prepared.session)
        declared = workspace.spec.policy.get("test_recipients")
        if not options.no_test and (options.test_to or declared):
            to = mail_test.recipient(options.test_to)
        preflight = checks(mail_test, [_sending(item, workspace) for item in tried], None)[0]
        if to is not None and active:
            send = checks(mail_test, [_sending(item, workspace) for item in active], to)[1]
    request = Request(
        wanted,
        planned.flags,
        prepared.root,
        workspace.secrets.lookup,
        preflight,
        send,
        approved,
        single_use,
        options.wait,
        progress or (lambda _step: None),
        rollback,
        tell,
        # An earlier entry sends what that one did, and not what the files say now.
        {} if rollback is not None else places_to_record(workspace),
    )
    recap = apply(prepared.session, request)
    if recap.refusal is None and recap.changes:
        changed = {change.name for change in recap.changes}
        recap = replace(recap, accounts=proven_accounts(wanted, touched, changed, recap.tests))
    if any(result.status == "sent" for result in recap.tests):
        return replace(recap, notes=(*recap.notes, f"the test message went to {to}"))
    return recap


def _sending(item: DesiredObject, workspace: Workspace) -> Sending:
    """Return the settings that will hold, which are not the files' when an earlier entry is applied again."""
    kind, _, name = item.name.partition(":")
    settings = PlainSettings(item.fields)
    declared = None
    if kind == "configuration" and name in workspace.spec.configurations:
        declared = workspace.resolver.configuration(name).value(Settings.host)
    # Where it is written is told when there is no such host.
    same = declared is not None and declared.value == settings.host
    return Sending(name or kind, cast(Kind, kind), item.fields, written_at(declared) if same else "state")
