"""Baselines: the findings that a project had when mailspec came to it. They stay visible in JSON and do not count.

A finding is known again by its code, its object (its file where it has none) and its environment, never by its line.
The file only shrinks: what is solved goes, what is new is never added to a file that exists.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import Any, NamedTuple

from mailspec.files.json_text import read_json
from mailspec.files.links import refuse_links
from mailspec.files.opening import MIB, Unread
from mailspec.files.writing import write_file
from mailspec.outcome.catalogue import NEVER_SUPPRESSED
from mailspec.outcome.finding import Finding
from mailspec.outcome.report import Report
from mailspec.source.git import GitError, file_at, folder_in, top_level
from mailspec.source.named import read_named
from mailspec.source.revision import GitRevision
from mailspec.workflow.project import Project, UsageError

_LARGEST = 64 * MIB


class Known(NamedTuple):
    """By what a finding is known again."""

    code: str
    object: str | None
    file: str | None
    environment: str | None


def with_baseline(report: Report, path: str, *, write: bool = False, base: Project | None = None) -> tuple[Report, str]:
    """Return the report in which known findings do not count, and a sentence for people.

    With ``base``, the project as a revision has it, a file of its repository knows no more than it does there: a change
    could add what it brings along.

    Raises:
        UsageError: the file does not exist (unless ``write``), is no baseline, or cannot be written.
    """
    found = Counter(key for findings in report.findings if (key := _known(findings)) is not None)
    exists = os.path.exists(path)
    if write and not exists:
        _write(path, found)
        return _applied(report, found), f"Wrote {path}: {_written(report, found.total())}"
    known = _read(path)
    if base is not None and not write:
        known &= _before(path, base, known)
    left = known & found
    solved = known.total() - left.total()
    if write:
        if solved:
            _write(path, left)
        return _applied(report, left), f"{path}: {solved} solved and taken out, {left.total()} left."
    hint = ""
    if solved:
        several = f"{solved} findings of {path} are solved; --write-baseline takes them out."
        hint = several if solved > 1 else f"1 finding of {path} is solved; --write-baseline takes it out."
    return _applied(report, left), hint


def _written(report: Report, count: int) -> str:
    """Say how many findings a new baseline holds, and which it cannot."""
    sentence = f"{count} finding{' does' if count == 1 else 's do'} not count from now on."
    left = sorted(
        {findings.code for findings in report.findings if not findings.suppressed and _known(findings) is None}
    )
    return f"{sentence} {', '.join(left)} cannot be in a baseline." if left else sentence


def _known(finding: Finding) -> Known | None:
    # A policy is younger than the baseline at best; what it forbids is not waved through by a file beside it.
    if finding.suppressed or finding.code in NEVER_SUPPRESSED or finding.code.startswith("MS8"):
        return None
    file = finding.location.file if finding.object is None and finding.location is not None else None
    return Known(finding.code, finding.object, file, finding.environment)


def _applied(report: Report, known: Counter[Known]) -> Report:
    left = Counter(known)
    findings = []
    for finding in report.findings:
        key = _known(finding)
        if key is not None and left[key] > 0:
            left[key] -= 1
            finding = finding.replace(suppressed=True)
        findings.append(finding)
    return report._replace(findings=tuple(findings))


def _read(path: str) -> Counter[Known]:
    content = read_named(path, _LARGEST)
    if isinstance(content, Unread):
        raise UsageError(f"The baseline {path} cannot be read: {content.reason}. Make one with --write-baseline.")
    return _parsed(path, content.raw)


def _before(path: str, base: Project, now: Counter[Known]) -> Counter[Known]:
    """Return what a revision's file knows, all that is known ``now`` where it is none of that repository's.

    Raises:
        UsageError: it is no baseline there, or Git cannot say.
    """
    if not isinstance(base.source, GitRevision):
        return now
    try:
        top = top_level(base.root)
        # As it is named: a link of the change could lead to what is known elsewhere.
        folder, file = os.path.split(os.path.abspath(path))
        name = os.path.normpath(os.path.join(folder_in(folder, top), file))
        if name.startswith("../"):
            return now
        raw = file_at(top, base.source.commit, name)
    except GitError as error:
        raise UsageError(f"What the baseline {path} was in the base cannot be read: Git: {error}.") from None
    return Counter() if raw is None else _parsed(path, raw)


def _parsed(path: str, raw: bytes) -> Counter[Known]:
    try:
        data: Any = read_json(raw)
        if data["version"] != 1:
            raise ValueError
        known: Counter[Known] = Counter()
        for entry in data["findings"]:
            key = Known(entry["code"], entry["object"], entry["file"], entry["environment"])
            if not isinstance(key.code, str) or not all(isinstance(word, str | None) for word in key):
                raise ValueError
            if key.code not in NEVER_SUPPRESSED and not key.code.startswith("MS8"):
                known[key] += int(entry["count"])
    except (ArithmeticError, ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(f"{path} is not a mailspec baseline file. Make one with --write-baseline.") from None
    return known


def _write(path: str, known: Counter[Known]) -> None:
    entries = [{**key._asdict(), "count": count} for key, count in known.items() if count > 0]
    entries.sort(key=lambda entry: [str(value) for value in entry.values()])
    text = json.dumps({"version": 1, "findings": entries}, indent=2, ensure_ascii=False) + "\n"
    try:
        refuse_links(path)
        write_file(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"The baseline {path} cannot be written: {error.strerror}.") from None
