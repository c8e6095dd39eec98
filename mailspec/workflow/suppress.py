"""``# mailspec: ignore[MS103] reason``: silenced findings stay in JSON, do not count, and must be in use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from mailspec.outcome.catalogue import CATALOGUE, NEVER_SUPPRESSED
from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.text import Document

_MARK = re.compile(r"#\s*mailspec:\s*(?P<word>\w*)(?P<codes>\[[^\]]*\])?\s*(?P<reason>.*?)\s*$")


class Suppression(NamedTuple):
    """One comment: the line that it silences, its codes, its reason and its place."""

    line: int
    codes: tuple[str, ...]
    reason: str
    location: Location
    wrong: str


def suppress(findings: Iterable[Finding], documents: Iterable[Document], ran: frozenset[str]) -> list[Finding]:
    """Mark silenced findings and add MS007 for suppressions that are wrong or unused.

    ``ran`` are the codes whose rules ran this time: only they can be called unused.
    """
    by_file: dict[str, list[Suppression]] = {}
    for document in documents:
        if "mailspec:" in document.text:
            by_file[document.name] = list(_suppressions(document))
    if not any(by_file.values()):
        return list(findings)
    used: set[tuple[Location, str]] = set()
    marked = []
    for held in findings:
        place = held.location
        silenced = False
        for entry in by_file.get(place.file, ()) if place is not None else ():
            if place is not None and entry.line == place.line and held.code in entry.codes:
                used.add((entry.location, held.code))
                silenced = silenced or (bool(entry.reason) and held.code not in NEVER_SUPPRESSED)
        marked.append(held.but(suppressed=True) if silenced else held)
    for entries in by_file.values():
        for entry in entries:
            marked.extend(_judged(entry, used, ran))
    return marked


def _suppressions(document: Document) -> Iterable[Suppression]:
    for comment in document.comments():
        match = _MARK.match(comment.text)
        if match is None or "mailspec:" not in comment.text:
            continue
        location = Location(
            document.name, comment.line, comment.column, comment.line, comment.column + len(comment.text)
        )
        codes = tuple(code.strip() for code in (match["codes"] or "[]")[1:-1].split(",") if code.strip())
        wrong = ""
        if match["word"] != "ignore":
            wrong = f"'{match['word']}' is not known here"
        elif not codes:
            wrong = "it names no codes"
        line = comment.line + 1 if comment.own_line else comment.line
        yield Suppression(line, codes, match["reason"], location, wrong)


def _judged(entry: Suppression, used: set[tuple[Location, str]], ran: frozenset[str]) -> Iterable[Finding]:
    help_ = "Write # mailspec: ignore[MS103] and the reason behind it."
    if entry.wrong:
        yield finding("MS007", f"This suppression silences nothing: {entry.wrong}.", entry.location, help=help_)
        return
    if not entry.reason:
        yield finding("MS007", "This suppression gives no reason, so it silences nothing.", entry.location, help=help_)
    for code in entry.codes:
        if code not in CATALOGUE:
            yield finding("MS007", f"{code} is not a code.", entry.location, help="mailspec rules lists them.")
        elif code in NEVER_SUPPRESSED:
            yield finding(
                "MS007",
                f"{code} cannot be silenced.",
                entry.location,
                help="Mend what it says, then remove the code.",
            )
        elif code in ran and (entry.location, code) not in used:
            yield finding("MS007", f"{code} does not occur here.", entry.location, help="Remove the code.")
