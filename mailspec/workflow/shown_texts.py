"""The texts that a report shows parts of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from mailspec.outcome.finding import Finding
from mailspec.text import Document

# Writes a finding for a report that shows these texts.
Draw = Callable[[Finding, Mapping[str, str]], str]


class Shown(NamedTuple):
    """What a report shows of a document in which ``told`` was found: its text, and how each of them is drawn, if so."""

    told: list[Finding]
    text: str
    drawn: list[str]


def _hidden_by(findings: Iterable[Finding]) -> object:
    """Return all of a document's findings that decides what may be shown of it: what they are and where they point."""
    return {
        (
            finding.code,
            finding.path,
            finding.location,
            *(related.location for related in finding.related),
        )
        for finding in findings
    }


def _holds(shown: Shown, findings: list[Finding]) -> bool:
    """Tell whether what a reader made can be shown still: what else was found may hide more."""
    return shown.told == findings or _hidden_by(shown.told) == _hidden_by(findings)


class ShownTexts(Mapping[str, str]):
    """The masked text of each document that a finding points into, made when it is asked for."""

    def __init__(self, documents: Iterable[Document], findings: Iterable[Finding]) -> None:
        self._pointed: dict[str, list[Finding]] = {}
        for finding in findings:
            if finding.location is not None:
                self._pointed.setdefault(finding.location.file, []).append(finding)
            if not finding.related:
                continue
            for file in {related.location.file for related in finding.related}:
                if finding.location is None or file != finding.location.file:
                    self._pointed.setdefault(file, []).append(finding)
        self._documents = {document.name: document for document in documents if document.name in self._pointed}
        self._shown: dict[str, str] = {}

    def drawn(self) -> Callable[[Finding], str | None]:
        """Return what tells how a finding was drawn when its document was read; None where it must be drawn now."""
        found: dict[int, str] = {}
        for name, document in self._documents.items():
            if document.shown is not None and _holds(document.shown, self._pointed[name]):
                # By number: a finding that was changed since is another one, and the document keeps those it has.
                found.update(zip(map(id, document.shown.told), document.shown.drawn, strict=False))
        return lambda finding: found.get(id(finding))

    def __getitem__(self, name: str) -> str:
        if name not in self._shown:
            self._shown[name] = self._made(self._documents[name], self._pointed[name])
        return self._shown[name]

    def _made(self, document: Document, findings: list[Finding]) -> str:
        if document.shown is not None and _holds(document.shown, findings):
            return str(document.shown.text)
        # JSON needs no text, and of a clean project nothing is shown.
        from mailspec.workflow.frames import shown

        return shown(document, findings)

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)
