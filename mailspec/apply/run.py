"""One apply from lock to recap."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from dataclasses import replace
from uuid import uuid4

from mailspec.apply.interrupted import stopped
from mailspec.apply.live import read_live
from mailspec.apply.recap import lines, put_right, with_status
from mailspec.apply.recover import recover_locked
from mailspec.apply.request import Check, Request, needed_references
from mailspec.apply.signals import Interrupted, Interrupts
from mailspec.apply.traces import locked, refuse_shared_files, trace_of
from mailspec.apply.write import Job, Written, write
from mailspec.outcome.exits import Exit
from mailspec.outcome.mail import TestResult
from mailspec.outcome.plan import ChangeStatus, Plan
from mailspec.outcome.recap import Recap
from mailspec.outcome.refusal import Refusal
from mailspec.plan.after import objects_after, targets_after
from mailspec.plan.given import given
from mailspec.plan.guard import refusals
from mailspec.plan.live import Live
from mailspec.plan.make import left_behind, make_plan
from mailspec.plan.objects import STATE
from mailspec.plan.stale import stale
from mailspec.plan.thresholds import UNPROVEN
from mailspec.state.commit import Record, note_failure
from mailspec.state.errors import StateError
from mailspec.state.lease import Lease, acquire
from mailspec.state.records import HistoryStatus, Snapshot
from mailspec.state.session import Session
from mailspec.state.store import plan_was_applied, snapshot
from mailspec.targets.live import values_of


def apply(session: Session, request: Request) -> Recap:
    """Apply what is desired and say what became of it.

    Never raises for what the machine or the network holds.
    """
    missing = [item for item in needed_references(request.desired, request.flags) if request.lookup(item) is None]
    if missing:
        return Recap(
            exit=Exit.FINDINGS,
            refusal=Refusal("secret-missing", f"{len(missing)} secret(s) cannot be read (MS302)", "", Exit.FINDINGS),
        )
    interrupts = Interrupts()
    with interrupts.caught():
        try:
            with ExitStack() as stack:
                with interrupts.waiting():
                    request.progress("lock")
                    lease = stack.enter_context(acquire(session, request.wait, request.tell))
                return _Apply(session, request, lease, interrupts).run()
        except StateError as error:
            return Recap(exit=error.refusal.exit, refusal=error.refusal)
        except Interrupted:
            return stopped(interrupts)


# Modes in which another program sends: there is no account that could be tried.
WITHOUT_SIGN_IN = frozenset({"outlook", "other", "not_configured"})


def not_tried(result: TestResult) -> bool:
    """Return whether a preflight says nothing of an account: it was left out, or there was no token to sign in with."""
    return result.status == "skipped" or (result.status == "failed" and result.stage == "sign_in")


def out_of_reach(result: TestResult) -> bool:
    """Return whether no connection to the account's server could be made from here."""
    return result.status == "failed" and result.stage in ("dns", "connect")


class _Apply:
    """The steps of one apply, with what they share."""

    def __init__(self, session: Session, request: Request, lease: Lease, interrupts: Interrupts) -> None:
        self.session = session
        self.request = request
        self.lease = lease
        self.interrupts = interrupts
        self.tests: list[TestResult] = []
        self.notes: list[str] = []

    def run(self) -> Recap:
        request = self.request
        self.notes += recover_locked(self.session, request.desired, request.root)
        traces = [trace_of(target, request.root, "", self.session.url) for target in request.desired.targets]
        refuse_shared_files(traces)
        with locked(traces):
            return self._locked()

    def _locked(self) -> Recap:
        request = self.request
        if self.session.moved_from is not None:
            key = self.session.key["instance"]
            self.notes.append(f"the state of '{self.session.moved_from}' goes on under the id '{key}'")
        before = snapshot(self.session)
        live = read_live(before, request.desired, request.root, request.lookup)
        plan = make_plan(request.desired, live, request.flags)
        refusal = self._refusal(plan, live)
        if refusal is not None:
            return Recap(plan.changes, exit=refusal.exit, refusal=refusal, notes=tuple(self.notes))
        if not plan.changes:
            return Recap(targets=lines(request.desired, request.flags, ()), notes=tuple(self.notes))
        for name, check in (("preflight", request.preflight), ("test", request.send_test)):
            passes = self._passes(name, check)
            unproven = self._unproven(plan) if name == "preflight" else None
            if unproven is not None:
                return Recap(
                    plan.changes, tuple(self.tests), exit=unproven.exit, refusal=unproven, notes=tuple(self.notes)
                )
            if not passes:
                if name == "preflight":
                    self.notes += self._ways_without_server()
                return self._recap(plan, Written(failure=f"the {name} failed; nothing was changed"), None)
        # A test message may take a while; whoever is not one of us does not heed our locks.
        again = make_plan(
            request.desired, read_live(before, request.desired, request.root, request.lookup), request.flags
        )
        moved = stale(plan, again)
        if moved is not None:
            return Recap(plan.changes, tuple(self.tests), exit=moved.exit, refusal=moved, notes=tuple(self.notes))
        return self._write(plan, before, live)

    def _refusal(self, plan: Plan, live: Live) -> Refusal | None:
        approved = self.request.approved
        if self.request.single_use and approved is not None and plan_was_applied(self.session, approved.digest):
            return Refusal("plan-used", "the plan has been applied before", "make a new one with 'mailspec plan --out'")
        if approved is not None and (refusal := stale(approved, plan)) is not None:
            return refusal
        return next(iter(refusals(plan, self.request.desired, live)), None)

    def _passes(self, name: str, check: Check | None) -> bool:
        if check is None:
            return True
        self.request.progress(name)
        with self.interrupts.waiting():
            results = list(check())
        self.tests += results
        return not any(result.status == "failed" and not self._may_stay_unproven(result) for result in results)

    def _may_stay_unproven(self, result: TestResult) -> bool:
        tried = not (not_tried(result) or out_of_reach(result))
        return not tried and UNPROVEN + result.name in self.request.flags.allowed

    def _ways_without_server(self) -> list[str]:
        return [
            f"where {result.name}'s server cannot be reached from here, apply it unproven, this once: "
            f"--no-test --allow {shlex.quote(UNPROVEN + result.name)}"
            for result in self.tests
            if out_of_reach(result)
        ]

    def _unproven(self, plan: Plan) -> Refusal | None:
        """Return why what nobody has proven is not activated; note it where ``--allow`` lets it pass."""
        concerned = {change.name for change in plan.changes}
        everything = any(change.target != STATE for change in plan.changes)
        touched = {change.target for change in plan.changes}
        also = given(self.request.desired, touched)
        wanted = {item.name: item for item in self.request.desired.objects}
        for result in self.tests:
            item = wanted.get(f"{result.kind}:{result.name}")
            unproven = not_tried(result) or self._may_stay_unproven(result)
            if item is None or not unproven:
                continue
            used = item.state == "active" and (everything or item.name in concerned)
            if not used and item.name not in also:
                continue
            if not self._may_stay_unproven(result) and item.fields.get("mode") not in WITHOUT_SIGN_IN:
                flag = shlex.quote(UNPROVEN + result.name)
                reason = (result.reason or "it was not tried").rstrip(".")
                advice = f"{result.advice} " if result.advice else ""
                help = f"{advice}Or apply it unproven, this once: --allow {flag}"
                return Refusal("unproven", f"nobody has proven that {result.name} can send: {reason}", help)
            self.notes.append(f"not proven: {result.name} ({result.reason or 'not tried'})")
        return None

    def _write(self, plan: Plan, before: Snapshot, live: Live) -> Recap:
        request, session = self.request, self.session
        apply_id = str(uuid4())
        touched = {change.target for change in plan.changes}
        jobs = [
            Job(
                target,
                trace_of(target, request.root, apply_id, session.url),
                values_of(target, live.targets[target.name], request.lookup),
            )
            for target in request.desired.targets
            if target.name in touched
        ]
        after = Snapshot(
            objects=objects_after(plan, request.desired, live),
            targets=targets_after(plan, request.desired, before.targets),
        )
        changes = with_status(plan.changes, dict.fromkeys({*touched, "state"}, "applied"))
        record = Record(
            apply_id,
            plan.digest,
            plan.basis.commit,
            changes,
            tuple(self.tests),
            "applied",
            request.rollback,
            request.sent,
        )
        request.progress("write")
        written = write(session, self.lease, before, after, jobs, record, request.root, self.interrupts)
        if written.history is None and not written.unknown:
            self._note(record, plan, written, before)
        self.notes += put_right(live, written.statuses)
        if written.history is not None:
            self.notes += left_behind(plan.changes)
        return self._recap(plan, written, written.history)

    def _note(self, record: Record, plan: Plan, written: Written, before: Snapshot) -> None:
        status: HistoryStatus = "restored" if written.whole else "failed"
        changes = with_status(plan.changes, written.statuses)
        failed = replace(record, changes=changes, status=status)
        try:
            note_failure(self.session, failed, before)
        except StateError as error:
            self.notes.append(f"this failure is not in the history: {error.refusal.message}")

    def _recap(self, plan: Plan, written: Written, history: int | None) -> Recap:
        statuses: dict[str, ChangeStatus] = written.statuses
        changes = with_status(plan.changes, statuses)
        if self.request.send_test is None and history is not None:
            self.notes.append("not tested with a message: --no-test was given, or policy.test_recipients names nobody")
        return Recap(
            changes,
            tuple(self.tests),
            lines(self.request.desired, self.request.flags, changes),
            self._exit(written),
            failure=written.failure,
            history=history,
            notes=(*self.notes, *written.notes),
        )

    def _exit(self, written: Written) -> Exit:
        if not written.whole:
            return Exit.PARTIAL
        if written.history is not None:
            return Exit.CLEAN
        if self.interrupts.exit is not None:
            return self.interrupts.exit
        return Exit.ROLLED_BACK if written.switched else Exit.FINDINGS
