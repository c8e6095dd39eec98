"""``--add-ignore``: a comment with the reason above each finding that may be silenced."""

from __future__ import annotations

import os
from collections.abc import Callable

from mailspec.outcome.catalogue import NEVER_SUPPRESSED
from mailspec.text import splice
from mailspec.workflow.project import UsageError
from mailspec.workflow.validate.fixes import Changed, Examined, Fixed
from mailspec.workflow.workspace import Workspace


def plan_ignores(examine: Callable[..., Examined], reason: str) -> Fixed:
    """Put a comment above the line of each finding, in memory; nothing is written.

    What cannot be silenced (errors of form, plain secrets), what has no line, and where a comment would change the
    data or silence nothing, stays. ``examine`` validates, as for :func:`mailspec.workflow.validate.fixes.plan_fixes`.

    Raises:
        UsageError: the reason is empty or more than one line.
    """
    if not reason.strip() or not reason.isprintable():
        raise UsageError("--add-ignore wants a reason of one line, which the comments then give.")
    first = examine(instead={})
    wanted = {name: content for entry in first for name, content in _commented(entry, reason.strip()).items()}
    after = examine(instead=wanted) if wanted else first
    # A comment within a block of text is a part of it: such a file stays as it was.
    spoilt = {
        name
        for old, now in zip(first, after, strict=True)
        for name in wanted.keys() & old.project.loaded.documents.keys()
        if old.project.loaded.documents[name].data != now.project.loaded.documents[name].data
        or _unused(now, name) > _unused(old, name)
    }
    if spoilt:
        wanted = {name: content for name, content in wanted.items() if name not in spoilt}
        after = examine(instead=wanted)
    files, count = [], 0
    for old, now in zip(first, after, strict=True):
        for name in sorted(wanted.keys() & old.project.loaded.documents.keys()):
            before, document = old.project.loaded.documents[name], now.project.loaded.documents[name]
            path = os.path.join(old.root, old.project.loaded.base.inside(name))
            raw = before.encode(before.text), document.encode(document.text)
            files.append(Changed(name, path, *raw, before.text, document.text))
        count += len(old.report.counted) - len(now.report.counted)
    return Fixed(count, tuple(files), first, after)


def _commented(workspace: Workspace, reason: str) -> dict[str, bytes]:
    lines: dict[str, dict[int, set[str]]] = {}
    for finding in workspace.report.counted:
        if finding.location is not None and finding.code not in NEVER_SUPPRESSED:
            lines.setdefault(finding.location.file, {}).setdefault(finding.location.line, set()).add(finding.code)
    contents = {}
    for name, places in lines.items():
        document = workspace.project.loaded.documents.get(name)
        if document is None:
            continue
        edits = []
        for line, codes in places.items():
            start, end = document.lines().extent(line)
            text = document.text[start:end]
            indent = text[: len(text) - len(text.lstrip(" "))]
            edits.append((start, start, f"{indent}# mailspec: ignore[{', '.join(sorted(codes))}] {reason}\n"))
        contents[name] = document.encode(splice(document.text, edits))
    return contents


def _unused(workspace: Workspace, name: str) -> int:
    """Count a file's comments that silence nothing."""
    found = (entry for entry in workspace.report.counted if entry.code == "MS007" and entry.location is not None)
    return sum(entry.location is not None and entry.location.file == name for entry in found)
