"""``# mailspec: ignore[MS103] reason``: silenced findings stay in JSON, do not count, and must be in use."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from mailspec.outcome.catalogue import CATALOGUE, NEVER_SUPPRESSED
from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.outcome.sentence import shorten_list
from mailspec.text import Document

_MARK = r"#\s*mailspec:\s*(?P<word>\w*)(?P<codes>\[[^\]]*\])?\s*(?P<reason>.*)"
_SHOWN = 3


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
    # Whether a comment about the code of the line has a reason, so that it silences it.
    named: dict[tuple[str, int, str], bool] = {}
    for entry in entries:
        for code in entry.codes:
            key = (entry.location.file, entry.line, code)
            named[key] = named.get(key, False) or (bool(entry.reason) and code not in NEVER_SUPPRESSED)
    used: set[tuple[str, int, str]] = set()
    marked = []
    for item in findings:
        key = ("", 0, "") if item.location is None else (item.location.file, item.location.line, item.code)
        if key in named:
            used.add(key)
        marked.append(item.replace(suppressed=True) if named.get(key) else item)
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
        written = (code.strip() for code in (match["codes"] or "[]")[1:-1].split(","))
        codes = tuple(dict.fromkeys(filter(None, written)))
        wrong = ""
        if match["word"] != "ignore":
            wrong = f"'{match['word']}' is not known here"
            codes = ()
        elif not codes:
            wrong = "it names no codes"
        yield Suppression(meant[comment.line], codes, match["reason"].rstrip(), location, wrong)


def _judge(
    entry: Suppression, used: set[tuple[str, int, str]], ran: frozenset[str], unsure: frozenset[str]
) -> Iterator[Finding]:
    """Yield what is wrong with a comment: one finding of a kind, however many codes it names."""
    help_ = "Write # mailspec: ignore[MS103] and the reason behind it."
    if entry.wrong:
        yield finding("MS007", f"This suppression silences nothing: {entry.wrong}.", entry.location, help=help_)
        return
    if not entry.reason:
        yield finding("MS007", "This suppression gives no reason, so it silences nothing.", entry.location, help=help_)
    unknown, never, idle = [], [], []
    file = entry.location.file
    for code in entry.codes:
        if code not in CATALOGUE:
            unknown.append(code)
        elif code in NEVER_SUPPRESSED:
            never.append(code)
        elif code in ran and file not in unsure and (file, entry.line, code) not in used:
            idle.append(code)
    for codes, one, several, help_ in (
        (unknown, "is not a code", "are no codes", "mailspec rules lists them."),
        (never, "cannot be silenced", "cannot be silenced", "Fix what they say, then remove the codes."),
        (idle, "does not occur here", "do not occur here", "Remove the codes."),
    ):
        if codes:
            what = f"{shorten_list(codes, _SHOWN)} {several if len(codes) > 1 else one}"
            yield finding("MS007", f"{what}.", entry.location, help=help_)
