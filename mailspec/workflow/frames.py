"""Texts for code frames, with everything hidden that may be a secret. Columns stay, so that marks still fit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mailspec.load.item import Path, leaves
from mailspec.outcome.finding import Finding
from mailspec.outcome.mask import blank, blank_assignments, blank_shapes, is_secret_key
from mailspec.schema.shape import SECRET_KINDS, all_keys
from mailspec.text import Document


def shown_texts(documents: Iterable[Document], findings: Iterable[Finding]) -> dict[str, str]:
    """Return the masked text of each document that a finding points into."""
    pointed: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.location is not None:
            pointed.setdefault(finding.location.file, []).append(finding)
        for related in finding.related:
            pointed.setdefault(related.location.file, [])
    return {
        document.name: _shown(document, pointed[document.name]) for document in documents if document.name in pointed
    }


def _shown(document: Document, findings: list[Finding]) -> str:
    if document.problems or not isinstance(document.data, dict):
        return blank_assignments(document.text, parsed=isinstance(document.data, dict))
    text = document.text
    wrong = [_path(finding.path) for finding in findings if finding.code in {"MS003", "MS004", "MS301"}]
    for path in leaves(document.data):
        if _hidden(document.data, path, wrong):
            span = document.span(path)
            text = text[: span.start] + blank(text[span.start : span.end]) + text[span.end :]
    return blank_shapes(text)


def _hidden(data: Any, path: Path, wrong: list[list[str]]) -> bool:
    steps = [str(step) for step in path]
    secret = next((index for index, step in enumerate(path) if isinstance(step, str) and is_secret_key(step)), None)
    for broken in wrong:
        if steps[: len(broken)] == broken and broken and (secret is not None or not _known(broken[-1])):
            return True
    if secret is None:
        return False
    value = data
    for step in path[: secret + 1]:
        value = value[step]
    # A reference says where the secret is, not what it is.
    return not (isinstance(value, dict) and len(value) == 1 and next(iter(value)) in SECRET_KINDS)


def _known(word: str) -> bool:
    """Tell whether a word is the language's own: only then may a wrong value of it be shown."""
    return word in all_keys() or word.isdigit()


def _path(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
