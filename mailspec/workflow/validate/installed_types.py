"""The types of targets that installed packages add, as rules ask for them. Nothing is looked up before it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class InstalledTypes:
    """:class:`mailspec.rules.base.ForeignTypes` over the entry points. Only the type that is named is loaded."""

    def words(self) -> Sequence[str]:
        """Return the words of the types that installed packages add."""
        from mailspec.targets.registry import installed

        return installed()

    def schema(self, word: str) -> Mapping[str, Any] | str:
        """Return the JSON Schema of a type's own words, or why the type cannot be used."""
        from mailspec.targets.registry import schema_of

        return schema_of(word)
