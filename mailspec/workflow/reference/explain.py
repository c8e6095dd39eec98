"""``explain`` and ``rules``: the catalogue's entries and their pages."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from mailspec.outcome.catalogue import CATALOGUE, FAMILIES, NEVER_SUPPRESSED, Entry
from mailspec.text import suggest
from mailspec.workflow.project import UsageError
from mailspec.workflow.reference.shipped import shipped


class Page(NamedTuple):
    """A finding's page: its entry in the catalogue, the Markdown, and its sections by title."""

    entry: Entry
    markdown: str

    @property
    def sections(self) -> dict[str, str]:
        """The Markdown of each section by its title."""
        parts = re.split(r"^## (.+)\n", self.markdown, flags=re.MULTILINE)
        sections = {title: text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)}
        # How the section was called before; of the JSON that programs read no key goes.
        return {**sections, "Mend": sections["Fix"]} if "Fix" in sections else sections


def page(wanted: str) -> Page:
    """Return the page of a code such as ``MS101`` or a name such as ``port-security-mismatch``.

    Raises:
        UsageError: there is no such finding; the message names the nearest.
    """
    entry = CATALOGUE.get(wanted.upper()) or _by_name(wanted)
    if entry is None:
        near = suggest(wanted.upper(), CATALOGUE) or suggest(wanted, [current.name for current in CATALOGUE.values()])
        hint = f" Did you mean {near}?" if near else ""
        raise UsageError(f"There is no finding '{wanted}'.{hint} mailspec rules lists them.")
    markdown = shipped("pages", f"{entry.code}.md")
    if markdown is None:
        raise UsageError(f"The page of {entry.code} is not installed. In short: {entry.summary}")
    return Page(entry, markdown)


def _by_name(wanted: str) -> Entry | None:
    return next((entry for entry in CATALOGUE.values() if entry.name == wanted.lower()), None)


def entry_data(entry: Entry) -> dict[str, Any]:
    """Return an entry of the catalogue as data."""
    return {
        "code": entry.code,
        "name": entry.name,
        "severity": entry.severity,
        "preview": entry.preview,
        "fixable": entry.fixable,
        "suppressible": entry.code not in NEVER_SUPPRESSED,
        "family": FAMILIES[entry.code[:3]],
        "summary": entry.summary,
    }
