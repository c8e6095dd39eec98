"""An e-mail type's files: its template, those that it includes, and its sample data, read from the project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.message.parsed_template import Templates
from mailspec.source.files import SourceFile
from mailspec.text import read as read_yaml
from mailspec.workflow.accounts.plain_settings import from_project

File = Callable[[str], SourceFile]
OUTSIDE = "it lies outside the project"


class Texts:
    """The project's text files, each read once. ``refusals`` says why one is not there."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._read_files: dict[str, str | None] = {}
        self._samples: dict[str, Mapping[str, Any] | None] = {}
        self.refusals: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.templates = Templates(self.read)

    def read(self, inside: str) -> str | None:
        """Return a file's text, ``None`` where there is none that can be used."""
        if inside not in self._read_files:
            self._read_files[inside] = self._read(inside)
        return self._read_files[inside]

    def _read(self, inside: str) -> str | None:
        if inside.startswith(("/", "~", "../")) or "\0" in inside:
            self.refusals[inside] = OUTSIDE
            return None
        entry = self._file(inside)
        self.names[inside] = entry.name
        if entry.raw is None:
            self.refusals[inside] = entry.refusal.removeprefix("it cannot be read: ")
            return None
        try:
            return entry.raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.refusals[inside] = "it is not UTF-8"
            return None

    def sample(self, inside: str, common: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return a file's sample data with what every message knows; what stands against it is among the refusals."""
        if inside not in self._samples:
            data = self._sample(inside)
            self._samples[inside] = None if data is None else {**common, **data}
        return self._samples[inside]

    def _sample(self, inside: str) -> Mapping[str, Any] | None:
        text = self.read(inside)
        if text is None:
            return None
        document = read_yaml(inside, text.encode())
        if document.problems:
            problem = document.problems[0]
            line = "" if problem.span is None else f"line {problem.span.line}: "
            self.refusals[inside] = f"{line}{problem.message.rstrip('.')}"
        elif not isinstance(document.data, dict):
            self.refusals[inside] = "it is no map of names and values"
        else:
            return document.data
        return None

    @property
    def texts(self) -> dict[str, str]:
        """Return every text that was read, by its path in the project."""
        return {name: text for name, text in self._read_files.items() if text is not None}


class EmailType(NamedTuple):
    """One e-mail type. ``template`` and ``sample_file`` are paths in the project; ``sample`` is ``None`` where none is
    declared."""

    name: str
    item: Item
    template: str | None
    subject: str | None
    sample: Mapping[str, Any] | None
    sample_file: str | None = None


def email_types(spec: Spec, texts: Texts) -> list[EmailType]:
    """Return the declared e-mail types in their order."""
    return [_email_type(spec, name, item, texts) for name, item in spec.lists["email_types"].items()]


def _email_type(spec: Spec, name: str, item: Item, texts: Texts) -> EmailType:
    template, sample = item.get("template"), item.get("sample")
    path = from_project(item, ("template",), template, spec) if isinstance(template, str) else None
    file = from_project(item, ("sample",), sample, spec) if isinstance(sample, str) else None
    common = {"instance": {"name": spec.instance.get("name") or ""}}
    data = None if file is None else texts.sample(file, common)
    if isinstance(sample, Mapping):
        data = {**common, **sample}
    return EmailType(name, item, path, item.get("subject"), data, file)
