"""One outcome, whatever the command: what every output format is made from.

A command hands over what it has; a format shows the parts that it can show. :mod:`mailspec.render.documents` makes
documents from a Report, a Plan, a Recap, test results and effective settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from mailspec.model.effective import Effective
from mailspec.outcome.delivery import Letter
from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.mail import TestResult
from mailspec.outcome.plan import Change
from mailspec.outcome.queue import Numbers
from mailspec.outcome.recap import ProvenAccount
from mailspec.render.registry import Part

# Where a finding without a place is shown by readers that insist on one.
ROOT = Location("mailspec.yml", 1, 1, 1, 1)


class Effect(NamedTuple):
    """What one cause does to whom, told once (a diff's "132 people now use 465/tls").

    ``touched`` are the objects' names. A destructive effect (deletion, a feature that stops) is shown first.
    """

    headline: str
    touched: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    destructive: bool = False


class Event(NamedTuple):
    """One line of the history. ``at`` is written as the reader shall see it (ISO 8601, UTC)."""

    id: str
    at: str
    who: str
    status: str
    summary: str
    commit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A titled outcome. ``parts`` says what was looked at, so that "no changes" differs from "not asked".

    ``verdict`` is the closing line of the text report. ``texts`` are the masked sources of code frames by file name;
    ``pages`` the Markdown of a code's page, where there is one; ``active`` the active configuration's name. ``queue``
    are the numbers of mail that waits and went, ``dead`` the newest dead letters. ``accounts`` say what an apply has
    proven of each.
    """

    title: str
    verdict: str
    ok: bool = True
    parts: frozenset[Part] = frozenset()
    findings: tuple[Finding, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    changes: tuple[Change, ...] = ()
    tests: tuple[TestResult, ...] = ()
    accounts: tuple[ProvenAccount, ...] = ()
    settings: tuple[Effective, ...] = ()
    history: tuple[Event, ...] = ()
    notes: tuple[str, ...] = ()
    pages: Mapping[str, str] = field(default_factory=dict)
    active: str | None = None
    queue: Numbers | None = None
    dead: tuple[Letter, ...] = ()
    root: Location = ROOT

    def replace(self, **changes: Any) -> Document:
        """Return a copy with some fields changed."""
        return replace(self, **changes)

    @property
    def listed_tests(self) -> tuple[TestResult, ...]:
        """The results that are told one by one: where accounts say what was proven, what failed."""
        return tuple(result for result in self.tests if not self.accounts or result.status == "failed")

    @property
    def counted(self) -> tuple[Finding, ...]:
        """The findings that are not suppressed."""
        return tuple(finding for finding in self.findings if not finding.suppressed)
