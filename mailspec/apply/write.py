"""The write itself: stage all, switch all, verify all, commit; on any failure undo all that was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mailspec.apply.cures import cure_of, error_text
from mailspec.apply.signals import Interrupted, Interrupts
from mailspec.apply.traces import kind_of
from mailspec.outcome.plan import ChangeStatus, Json
from mailspec.plan.after import WRITTEN
from mailspec.plan.desired import TargetDesired
from mailspec.state.commit import Record, begin, commit, committed, end
from mailspec.state.errors import StateError
from mailspec.state.lease import Lease
from mailspec.state.records import Snapshot
from mailspec.state.session import Session
from mailspec.targets.base import TargetProblem, WrittenValue
from mailspec.targets.live import written_now
from mailspec.targets.proving import proof_of
from mailspec.targets.reloading import run_reload


@dataclass(frozen=True, slots=True)
class Job:
    """One target to write."""

    target: TargetDesired
    trace: dict[str, Json]
    values: dict[str, WrittenValue | None]


@dataclass(slots=True)
class Written:
    """What became of it. ``history`` is set once it is committed; ``unknown`` where nobody can tell yet."""

    statuses: dict[str, ChangeStatus] = field(default_factory=dict)
    failure: str | None = None
    switched: bool = False
    whole: bool = True
    history: int | None = None
    unknown: bool = False
    notes: list[str] = field(default_factory=list)
    reloaded: list[Job] = field(default_factory=list)


class _FailedError(Exception):
    """A step failed; the words say which and why."""


def write(
    session: Session,
    lease: Lease,
    before: Snapshot,
    after: Snapshot,
    jobs: list[Job],
    record: Record,
    root: Path,
    interrupts: Interrupts,
) -> Written:
    """Write the targets and commit. Whatever happens, the old or the new settings hold whole when it returns.

    Where neither can be reached (a file system or the database is gone), the journal stays for the next run
    and
    ``whole`` is ``False``. The caller holds all locks and has seen that nothing is unfinished.
    """
    written = Written()
    step = _Step()
    cure: str | None = None
    try:
        if jobs:
            begin(session, lease, record.apply, [job.trace for job in jobs])
        _put_in_force(jobs, root, written, step, interrupts)
        if lease.lost:
            raise _FailedError("the lock on the state was lost")
        for job in jobs:
            # By this a secret that was rotated is later told from one that was changed in the target.
            after.targets[job.target.name][WRITTEN] = written_now(job.target, root)
        written.history = commit(session, lease, before, after.objects, after.targets, record)
    except Interrupted:
        written.failure = "interrupted"
    except _FailedError as error:
        written.failure = str(error)
    except OSError as error:
        written.failure = f"{step.path or error.filename or step.name}: {error.strerror}"
        cure = cure_of(error, step.path)
    except StateError as error:
        written.failure, cure = error.refusal.message, error.refusal.help
        if not _settle(session, record, written):
            return written
    if written.history is None:
        _undo(session, record.apply, jobs, written, step)
        if cure is not None and written.whole:
            stands = "every target is as it was before"
            written.notes.append(f"{stands}; {cure}" if cure else stands)
    else:
        _finish(session, record.apply, jobs, written)
    return written


@dataclass(slots=True)
class _Step:
    """Which target is being worked on, for words and for statuses. ``path`` is its file where it has one."""

    name: str = "state"
    path: str | None = None

    def at(self, job: Job) -> None:
        path = job.trace.get("path")
        self.name, self.path = job.target.name, path if isinstance(path, str) else None


def _put_in_force(jobs: list[Job], root: Path, written: Written, step: _Step, interrupts: Interrupts) -> None:
    for job in jobs:
        step.at(job)
        interrupts.check()
        _must(job, kind_of(job.trace).stage(job.target, job.trace, job.values))
    # One that holds what is wanted leaves nothing beside it, and its program has nothing to read again.
    changing = [job for job in jobs if kind_of(job.trace).left(job.trace) is not None]
    for job in jobs:
        step.at(job)
        interrupts.check()
        _must(job, kind_of(job.trace).switch(job.trace))
        written.switched = True
    for job in jobs:
        step.at(job)
        wrong = kind_of(job.trace).verify(job.target, root, job.values)
        if wrong:
            raise _FailedError(f"target {step.name}: reading back, these are not as written: {', '.join(wrong)}")
    for job in changing:
        step.at(job)
        interrupts.check()
        if job.target.reload:
            written.reloaded.append(job)
            _must(job, run_reload(job.target.reload))
    for job in jobs:
        step.at(job)
        interrupts.check()
        proof = proof_of(job.target, root, job.values)
        if isinstance(proof, str):
            written.notes.append(f"{job.target.name}: {proof}")
        else:
            _must(job, proof)
    step.name, step.path = "state", None
    interrupts.check()


def _must(job: Job, problem: TargetProblem | None) -> None:
    if problem is not None:
        raise _FailedError(f"target {job.target.name}: {problem.message}")


def _settle(session: Session, record: Record, written: Written) -> bool:
    """After a database error, find out whether the commit came through. ``False``: nobody can tell now."""
    try:
        written.history = committed(session, record.apply)
        written.failure = None if written.history is not None else written.failure
        return True
    except StateError:
        if not written.switched:
            return True
        written.unknown, written.whole = True, False
        written.notes.append(
            "whether the new settings hold is not known; the next run finds out and undoes or finishes"
        )
        return False


def _undo(session: Session, apply: str, jobs: list[Job], written: Written, step: _Step) -> None:
    for job in reversed(jobs):
        name = job.target.name
        try:
            done = kind_of(job.trace).undo(job.trace)
        except OSError as error:
            done = "foreign"
            written.notes.append(f"{name}: could not be put back: {error_text(error)}")
        else:
            if done == "foreign":
                written.notes.append(f"{name}: was changed by someone else meanwhile and stays as it is")
        if done == "foreign":
            written.whole = False
        if done == "untouched":
            written.statuses[name] = "failed" if name == step.name else "not_tried"
        else:
            written.switched = True
            written.statuses[name] = "failed" if done == "foreign" else "restored"
    for job in written.reloaded:
        # The program may have taken the new settings; now the former ones are there again.
        problem = run_reload(job.target.reload)
        if problem is not None:
            written.notes.append(f"{job.target.name}: put back, but {problem.message}")
    if written.failure == "interrupted":
        written.statuses = {
            name: "not_tried" if entry == "failed" else entry for name, entry in written.statuses.items()
        }
    elif step.name == "state":
        written.statuses["state"] = "failed"
    if jobs and written.whole:
        _end(session, apply, written)


def _finish(session: Session, apply: str, jobs: list[Job], written: Written) -> None:
    written.statuses = {"state": "applied", **{job.target.name: "applied" for job in jobs}}
    for job in jobs:
        try:
            kind_of(job.trace).finish(job.trace)
        except OSError as error:
            written.whole = False
            written.notes.append(
                f"{job.target.name}: applied, but what lay beside it may still be there ({error_text(error)})"
            )
    if jobs and written.whole:
        _end(session, apply, written)


def _end(session: Session, apply: str, written: Written) -> None:
    try:
        end(session, apply)
    except StateError as error:
        written.notes.append(f"{error.refusal.message}; the next run tidies up")
