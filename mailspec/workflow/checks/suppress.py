"""``# mailspec: ignore[MS103] reason``: silenced findings stay in JSON, do not count, and must be in use."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from mailspec.outcome.catalogue import CATALOGUE, NEVER_SUPPRESSED
from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.text import Document

_MARK = r"#\s*mailspec:\s*(?P<word>\w*)(?P<codes>\[[^\]]*\])?\s*(?P<reason>.*?)\s*$"


class Suppression(NamedTuple):
    """One comment: the line that it silences, its codes, its reason and its place."""

    line: int
    codes: tuple[str, ...]
    reason: str
    location: Location
    wrong: str


class Judged(NamedTuple):
    """What can be called unused: ``ran`` are the codes whose rules ran; files of ``unsure`` cannot be judged."""

    ran: frozenset[str]
    unsure: Callable[[], frozenset[str]] = frozenset


def suppress(findings: Iterable[Finding], documents: Iterable[Document], judged: Judged) -> list[Finding]:
    """Mark silenced findings and add MS007 for suppressions that are wrong or unused."""
    entries = [entry for document in documents if "mailspec:" in document.text for entry in _suppressions(document)]
    if not entries:
        return list(findings)
    by_line: dict[tuple[str, int], list[Suppression]] = {}
    for entry in entries:
        by_line.setdefault((entry.location.file, entry.line), []).append(entry)
    used: set[tuple[Location, str]] = set()
    marked = []
    for item in findings:
        place = item.location
        silenced = False
        for entry in by_line.get((place.file, place.line), ()) if place is not None else ():
            if item.code in entry.codes:
                used.add((entry.location, item.code))
                silenced = silenced or (bool(entry.reason) and item.code not in NEVER_SUPPRESSED)
        marked.append(item.replace(suppressed=True) if silenced else item)
    unsure = judged.unsure()
    for entry in entries:
        marked.extend(_judge(entry, used, judged.ran, unsure))
    return marked


def _suppressions(document: Document) -> Iterator[Suppression]:
    comments = document.comments()
    # One that stands alone is for the next line that is no comment, so that several can stand above one line.
    meant: dict[int, int] = {}
    for comment in reversed(comments):
        line = comment.line
        meant[line] = meant.get(line + 1, line + 1) if comment.own_line else line
    for comment in comments:
        match = re.match(_MARK, comment.text) if "mailspec:" in comment.text else None
        if match is None:
            continue
        end = comment.column + len(comment.text)
        location = Location(document.name, comment.line, comment.column, comment.line, end)
        codes = tuple(code.strip() for code in (match["codes"] or "[]")[1:-1].split(",") if code.strip())
        wrong = ""
        if match["word"] != "ignore":
            wrong = f"'{match['word']}' is not known here"
            codes = ()
        elif not codes:
            wrong = "it names no codes"
        yield Suppression(meant[comment.line], codes, match["reason"], location, wrong)


def _judge(
    entry: Suppression, used: set[tuple[Location, str]], ran: frozenset[str], unsure: frozenset[str]
) -> Iterator[Finding]:
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
            help_ = "Fix what it says, then remove the code."
            yield finding("MS007", f"{code} cannot be silenced.", entry.location, help=help_)
        elif code in ran and entry.location.file not in unsure and (entry.location, code) not in used:
            yield finding("MS007", f"{code} does not occur here.", entry.location, help="Remove the code.")
