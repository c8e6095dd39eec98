"""The texts that a report shows parts of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mailspec.outcome.finding import Finding
from mailspec.text import Document


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

    def __getitem__(self, name: str) -> str:
        if name not in self._shown:
            # JSON needs no text, and of a clean project nothing is shown.
            from mailspec.workflow.frames import shown

            self._shown[name] = shown(self._documents[name], self._pointed[name])
        return self._shown[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)
