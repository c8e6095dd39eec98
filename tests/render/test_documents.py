from __future__ import annotations

from mailspec.outcome.exits import Exit
from mailspec.outcome.plan import Basis, Change, Plan
from mailspec.outcome.recap import Recap, TargetRecap
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.report import Report
from mailspec.render.as_text import report as as_text
from mailspec.render.documents import of_plan, of_recap, of_report, of_tests

BASIS = Basis("lineage", 1, "spec", None, "variables", {})


def test_report_says_what_the_text_says(document):
    report = Report(document.findings, 3, {})
    assert of_report(report).verdict == as_text(report).splitlines()[-1]
    assert not of_report(report).ok


def test_strict_counts_warnings(document):
    warnings = tuple(
        finding for finding in document.findings if finding.severity == "warning" and not finding.suppressed
    )
    report = Report(warnings, 1, {})
    assert of_report(report).ok
    assert not of_report(report, strict=True).ok


def test_plan_without_changes_says_so():
    held = of_plan(Plan((), BASIS, ""))
    assert held.verdict == "No changes."
    assert held.parts == {"changes"}


def test_plan_counts_its_changes():
    changes = (Change("state", "a", "create"), Change("state", "b", "delete"), Change("hub", "c", "create"))
    assert of_plan(Plan(changes, BASIS, "")).verdict == "Plan: 2 to create, 1 to delete."


def test_refusal_and_failure_are_the_verdict():
    refused = of_recap(Recap(exit=Exit.REFUSED, refusal=Refusal("lock", "somebody holds the lock", "mailspec unlock")))
    assert refused.verdict == "Refused (lock): somebody holds the lock."
    assert refused.notes[0] == "mailspec unlock."
    failed = of_recap(Recap(exit=Exit.ROLLED_BACK, failure="the disk is full", targets=(TargetRecap("hub", failed=1),)))
    assert failed.verdict == "Failed: the disk is full."
    assert "hub : ok=0 changed=0 failed=1 skipped=0" in failed.notes
    assert not failed.ok


def test_tests_are_counted_by_status(document):
    assert of_tests(document.tests).verdict == "1 failed, 1 sent, 1 skipped."
    assert of_tests([], command="probe").verdict == "Nothing was tested."


def test_documents_come_together(document):
    assert document.parts == {"findings", "effects", "changes", "tests", "settings", "history", "queue"}
    assert not document.ok
    assert document.active == "Primary"
