"""JUnit XML as Jenkins and GitLab read it: findings and tests as cases.

An error is a failure, with ``--strict`` a warning too; other findings pass and say what they are; suppressed ones are
skipped. A run without findings has one case that passed, because readers take an empty report for a broken job.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mailspec.outcome.finding import Finding
from mailspec.outcome.mail import TestResult
from mailspec.render.document import Document
from mailspec.render.view import Options
from mailspec.render.words import fix_command, heading
from mailspec.text.escape import terminal

# What XML 1.0 cannot hold, even as a character reference (section 2.2).
_INVALID = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(document: Document, options: Options) -> str:
    """Return the report. Times are seconds of wall time; findings take none."""
    root = Element("testsuites", name=text(document.title))
    if "findings" in document.parts:
        suite = SubElement(root, "testsuite", name="mailspec.findings")
        for finding in document.findings:
            _finding(suite, finding, options)
        if not document.findings:
            SubElement(suite, "testcase", classname="mailspec", name=text(document.verdict), time="0")
    if "tests" in document.parts:
        suite = SubElement(root, "testsuite", name="mailspec.tests")
        for result in document.tests:
            _test(suite, result)
    for suite in root:
        _count(suite)
    for name in ("tests", "failures"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def text(value: str) -> str:
    """Return a text that XML can hold, in one line: escaped as for a terminal, and the rest replaced."""
    return _INVALID.sub("\ufffd", terminal(value))


def _count(suite: Element) -> None:
    seconds = sum(float(case.get("time", "0")) for case in suite)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in suite)))
    suite.set("errors", "0")
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in suite)))
    suite.set("time", f"{seconds:.3f}")


def _finding(suite: Element, finding: Finding, options: Options) -> None:
    place = finding.location
    name = f"{finding.code} {finding.name}: {finding.object or finding.path or finding.message}"
    if finding.environment:
        name += f" (environment {finding.environment})"
    where = "mailspec" if place is None else place.file
    case = SubElement(suite, "testcase", classname=text(where), name=text(name), time="0")
    lines = [f"{place}: {heading(finding)}" if place else heading(finding), finding.message]
    lines += [f"{entry.location}: {entry.message}" for entry in finding.related]
    lines += [f"help: {finding.help}"] if finding.help else []
    if finding.fix is not None:
        lines.append(f"fix: {finding.fix.description} ({fix_command(finding)} does it)")
    body = "\n".join(text(line) for line in lines)
    failing = finding.severity == "error" or (options.strict and finding.severity == "warning")
    if finding.suppressed:
        SubElement(case, "skipped").text = text(f"suppressed: {finding.message}")
    elif failing:
        SubElement(case, "failure", type=finding.code, message=text(finding.message)).text = body
    else:
        SubElement(case, "system-out").text = body


def _test(suite: Element, result: TestResult) -> None:
    case = SubElement(
        suite,
        "testcase",
        classname=text(f"mailspec.{result.kind}"),
        name=text(result.name),
        time=f"{result.seconds:.3f}",
    )
    remarks = [result.reason, result.advice, result.server_reply]
    body = "\n".join(text(part) for part in remarks if part)
    if result.status == "failed":
        kind = result.category or "failed"
        why = result.reason or result.advice or f"failed at {result.stage}"
        SubElement(case, "failure", type=kind, message=text(why)).text = body
    elif result.status == "skipped":
        SubElement(case, "skipped").text = body
    elif result.server_id:
        SubElement(case, "system-out").text = text(f"the server's id: {result.server_id}")
