"""A document that another process read: its text is composed here only when somebody asks for a place in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailspec.text.document import Document
from mailspec.text.reader import read


class Distant(Document):
    """A document in which nothing was wrong as YAML, known by its bytes until more is asked for."""

    __slots__ = ("_raw", "_tags")

    def __init__(self, name: str, raw: bytes, tags: Mapping[str, str]) -> None:
        # The other members stay unset, so that asking for one of them comes to __getattr__.
        self.name = name
        self.problems = []
        self._raw = raw
        self._tags = tags
        self.shown = None

    def mentions(self, word: str) -> bool:
        """Tell whether the text holds a word."""
        return word.encode() in self._raw

    def is_ascii(self) -> bool:
        """Tell whether the text is ASCII throughout."""
        return self._raw.isascii()

    def __getattr__(self, member: str) -> Any:
        if member not in Document.__slots__:
            raise AttributeError(member)
        near = read(self.name, self._raw, tags=self._tags)
        for slot in set(Document.__slots__) - {"shown"}:
            setattr(self, slot, getattr(near, slot))
        return getattr(self, member)
