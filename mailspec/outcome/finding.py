"""Findings: what mailspec has to say about a Spec, each at an exact place.

A finding is a value. Code that meets bad input returns one; it never raises.
"""

from typing import Any, Literal, NamedTuple

from mailspec.outcome.location import Location

Severity = Literal["error", "warning", "info"]
Safety = Literal["safe", "unsafe"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class Edit(NamedTuple):
    """Replace the text at ``location`` by ``text``."""

    location: Location
    text: str


class Fix(NamedTuple):
    """A fix. ``safe`` ones keep the meaning that the author must have had; others ask for a person."""

    safety: Safety
    description: str
    edits: tuple[Edit, ...]


class Related(NamedTuple):
    """Another place that explains the finding, such as the first of two definitions."""

    location: Location
    message: str


class Finding(NamedTuple):
    """One located remark.

    ``path`` is a JSON Pointer within its file (``""`` for the whole file); ``object`` names what is meant across
    files, such as ``configuration:Primary``; ``environment`` is the overlay in which it holds, ``None`` for the base.
    """

    code: str
    name: str
    severity: Severity
    message: str
    location: Location | None
    path: str = ""
    object: str | None = None
    environment: str | None = None
    suppressed: bool = False
    related: tuple[Related, ...] = ()
    help: str = ""
    fix: Fix | None = None

    def replace(self, **changes: Any) -> "Finding":
        """Return a copy with some fields changed."""
        return self._replace(**changes)

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """Order: file, line, column, code; findings without a place come first."""
        place = self.location
        if place is None:
            return "", 0, 0, self.code, self.environment or "", self.message
        return place.file, place.line, place.column, self.code, self.environment or "", self.message
