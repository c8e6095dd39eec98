"""Documents from what workflows return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mailspec.model.effective import Effective
from mailspec.outcome.drift import Drift
from mailspec.outcome.mail import TestResult
from mailspec.outcome.plan import Change, Plan
from mailspec.outcome.recap import Recap
from mailspec.outcome.report import Report
from mailspec.outcome.sentence import with_stop
from mailspec.render.document import Document, Event
from mailspec.render.registry import Part
from mailspec.render.words import count, verdict_of


def of_report(report: Report, *, strict: bool = False, pages: Mapping[str, str] | None = None) -> Document:
    """Return a validation's findings."""
    return Document(
        title="mailspec validate",
        verdict=verdict_of(report.summary),
        ok=not report.failed(strict=strict),
        parts=frozenset({"findings"}),
        findings=report.findings,
        texts=report.texts,
        pages=pages or {},
    )


def of_plan(plan: Plan, notes: Sequence[str] = ()) -> Document:
    """Return what an apply would change."""
    return Document(
        title="mailspec plan",
        verdict=_planned(plan.changes),
        parts=frozenset({"changes"}),
        changes=plan.changes,
        notes=(*plan.notes, *notes),
    )


def of_recap(recap: Recap) -> Document:
    """Return what an apply did, its refusal or failure included."""
    notes = [*recap.notes, *(str(line) for line in recap.targets)]
    verdict = _planned(recap.changes)
    if recap.failure is not None:
        verdict = f"Failed: {with_stop(recap.failure)}"
    if recap.refusal is not None:
        verdict = f"Refused ({recap.refusal.rule}): {with_stop(recap.refusal.message)}"
        notes = [*([with_stop(recap.refusal.help)] if recap.refusal.help else []), *notes]
    parts: list[Part] = ["changes", "tests"] if recap.tests else ["changes"]
    return Document(
        title="mailspec apply",
        verdict=verdict,
        ok=recap.exit == 0,
        parts=frozenset(parts),
        changes=recap.changes,
        tests=recap.tests,
        accounts=recap.accounts,
        notes=tuple(notes),
    )


def of_drift(found: Iterable[Drift]) -> Document:
    """Return what differs between targets and the last apply."""
    current = tuple(found)
    drifted = [entry for entry in current if entry.drifted]
    changes = tuple(
        Change(entry.target, entry.path, "update", entry.fields, note=entry.problem or entry.who) for entry in drifted
    )
    drift_verdict = f"Drift in {count(len(drifted), 'target')}; mailspec apply puts it right."
    return Document(
        title="mailspec drift",
        verdict=drift_verdict if drifted else "No drift." if current else "Nothing has been applied to a target yet.",
        ok=not drifted,
        parts=frozenset({"changes"} if drifted else ()),
        changes=changes,
        notes=tuple(f"{entry.target}: {entry.note}" for entry in current if entry.note),
    )


def of_drifted_targets(found: Iterable[Drift]) -> Document:
    """Return drift as a case a target, for the formats that only know what passed and what failed."""
    cases = [
        TestResult(
            entry.target,
            "target",
            "failed",
            reason=entry.problem or f"changed: {', '.join(field.path for field in entry.fields)}",
            advice="mailspec apply puts it right.",
        )
        if entry.drifted
        else TestResult(entry.target, "target", "passed")
        for entry in found
    ]
    return of_tests(cases, command="drift")


def of_tests(results: Iterable[TestResult], *, command: str = "test") -> Document:
    """Return the results of ``test`` or ``probe``."""
    all_results = tuple(results)
    statuses = [result.status for result in all_results]
    words = [f"{statuses.count(status)} {status}" for status in dict.fromkeys(statuses)]
    return Document(
        title=f"mailspec {command}",
        verdict=f"{', '.join(words)}." if words else "Nothing was tested.",
        ok="failed" not in statuses,
        parts=frozenset({"tests"}),
        tests=all_results,
    )


def of_settings(all_settings: Iterable[Effective], *, active: str | None = None) -> Document:
    """Return the settings as they hold."""
    settings = tuple(all_settings)
    return Document(
        title="mailspec show",
        verdict=f"{count(len(settings), 'object')}.",
        parts=frozenset({"settings"}),
        settings=settings,
        active=active,
    )


def of_history(events: Iterable[Event]) -> Document:
    """Return what was applied, the newest first."""
    all_events = tuple(events)
    return Document(
        title="mailspec history",
        verdict=f"{count(len(all_events), 'entry', 'entries')}.",
        parts=frozenset({"history"}),
        history=all_events,
    )


def together(title: str, documents: Iterable[Document]) -> Document:
    """Return one document with the parts of several; the verdicts stand one after another."""
    current = list(documents)
    return Document(
        title=title,
        verdict=" ".join(document.verdict for document in current),
        ok=all(document.ok for document in current),
        parts=frozenset(part for document in current for part in document.parts),
        findings=tuple(finding for document in current for finding in document.findings),
        texts={name: text for document in current for name, text in document.texts.items()},
        effects=tuple(effect for document in current for effect in document.effects),
        changes=tuple(change for document in current for change in document.changes),
        tests=tuple(result for document in current for result in document.tests),
        accounts=tuple(account for document in current for account in document.accounts),
        settings=tuple(entry for document in current for entry in document.settings),
        history=tuple(event for document in current for event in document.history),
        notes=tuple(note for document in current for note in document.notes),
        pages={code: page for document in current for code, page in document.pages.items()},
        active=next((document.active for document in current if document.active is not None), None),
        queue=next((document.queue for document in current if document.queue is not None), None),
        dead=tuple(letter for document in current for letter in document.dead),
    )


def _planned(changes: Sequence[Change]) -> str:
    actions = [change.action for change in changes]
    words = [f"{actions.count(action)} to {action}" for action in dict.fromkeys(actions)]
    return f"Plan: {', '.join(words)}." if words else "No changes."
