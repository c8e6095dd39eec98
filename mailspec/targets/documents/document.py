"""What documents share: a text is ours, or it is refused; ours is written anew from what is wanted alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from mailspec.targets.base import Format, TargetProblem
from mailspec.targets.formats.base import cannot_hold, checked

NOT_OURS = TargetProblem(
    "the file that is there was not written by mailspec, and this type of target owns its whole file",
    "give the target a path of its own, or move the file away",
)


class Writer(ABC):
    """How one kind of document is written and read. ``comment`` and ``one_line`` are as a format has them."""

    comment: str | None = None
    one_line: bool = False

    @abstractmethod
    def read(self, text: str) -> dict[str, str | None] | None:
        """Return the keys of a document; ``None`` for any other text."""

    @abstractmethod
    def write(self, keys: Mapping[str, str]) -> str:
        """Return the document of some keys. The order of the keys does not count."""

    @abstractmethod
    def why_not(self, key: str, value: str) -> str | None:
        """Say why no document can hold a value, in words that do not show it."""


class Document(Format):
    """A writer as a format of :class:`mailspec.targets.files_target.FilesTarget`."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.one_line = writer.one_line
        self.comment = writer.comment

    def why_not(self, key: str, value: str) -> str | None:
        """Say why no document can hold a value."""
        return self.writer.why_not(key, value)

    def parse(self, text: str) -> dict[str, str | None]:
        """Return the document's keys, none where it is not ours."""
        return self.writer.read(text) or {}

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Return the document of what is wanted; what else an earlier document held is gone."""
        if text.strip() and self.writer.read(text) is None:
            return NOT_OURS
        keys = {key: value for key, value in wanted.items() if value is not None}
        return cannot_hold(keys, self.why_not) or checked(self, "", self.writer.write(keys), wanted)
