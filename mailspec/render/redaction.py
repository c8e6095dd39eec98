"""Texts for code frames, with everything hidden that may be a secret. Columns stay, so that marks still fit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any

from mailspec.load.item import Path
from mailspec.load.shape_findings import MORE
from mailspec.load.templates import is_template
from mailspec.model.kinds import SECRET_KINDS
from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.mask import (
    HOST_WORDS,
    blank,
    blank_shapes,
    host_login,
    is_secret_key,
    looks_secret,
    may_be_secret,
    may_hold_login,
    shown_key,
)
from mailspec.schema.shape import all_keys, nodes_at
from mailspec.text import Document

# Of such a text parts are no data, so that nobody knows what stands there.
_UNREAD = frozenset({"syntax", "encoding", "limit", "duplicate_key", "key", "documents"})
_MAPS = frozenset({"typed-dict", "dict"})
# The names of anchors, aliases and tags: what starts with their signs may be a password without its quotes.
_NAMES = r"(?<=[\s,\[{])[&*!][^\s,\[\]{}]{8,}"
# Shorter ones would hide ordinary words elsewhere.
_SHORTEST = 4
# To look for each of more than this in a whole text takes too long; then only the language's own words are shown.
_MOST_SECRETS = 100
# How many lines before and behind a place a report may show: the HTML report's.
CONTEXT = 2

# Of these two bytes none joins a line end before or behind it.
_EMPTY_LINE = "\r\n"

Offsets = tuple[int, int]


def redacted_source(document: Document, findings: Iterable[Finding], *, whole: bool = False) -> str:
    """Return a document's text as people may see it, given what was found in it.

    Unless it is the ``whole`` text that is asked for, lines far from any finding may be empty or missing at the end.
    """
    findings = [finding for finding in findings if _concerns(document, finding)]
    unread = not isinstance(document.data, dict) or any(problem.kind in _UNREAD for problem in document.problems)
    if unread or MORE in [finding.message for finding in findings]:
        return blank_unread(document.text, all_keys())
    text = document.text
    secrets: set[str] = set()
    places = [*_secret_places(document, secrets), *_wrong_places(document, findings)]
    if places:
        text = _blanked(text, places)
    if not whole and "mailspec:" not in document.text and "PRIVATE KEY" not in document.text:
        # No secret here spans lines, and no comment far above belongs to a finding.
        text = _around(document, text, findings)
    if "&" in text or "*" in text or "!" in text:
        text = re.sub(_NAMES, lambda found: blank(found[0]) if may_be_secret(found[0][1:]) else found[0], text)
    if len(secrets) > _MOST_SECRETS:
        return blank_unread(document.text, all_keys())
    for secret in secrets:
        text = text.replace(secret, blank(secret))
    return blank_shapes(text)


def _concerns(document: Document, finding: Finding) -> bool:
    return document.name in [place.file for place in _places(finding)]


def _places(finding: Finding) -> list[Location]:
    place = finding.location
    if not finding.related:
        return [] if place is None else [place]
    places = [related.location for related in finding.related]
    return places if place is None else [place, *places]


def _blanked(text: str, places: list[Offsets]) -> str:
    hidden = list(places)
    for _start, end in places:
        # A secret may hold " #", which makes a comment of the rest of it.
        comment = re.compile(r"[^\r\n]*?[ \t](#[^\r\n]*)").match(text, end)
        if comment is not None:
            hidden.append(comment.span(1))
    parts, done = [], 0
    for start, end in sorted(hidden):
        if end > done:
            parts += [text[done:start], blank(text[max(start, done) : end])]
            done = end
    return "".join([*parts, text[done:]])


def _around(document: Document, text: str, findings: Iterable[Finding]) -> str:
    """Empty all lines but those near to what a finding points at: no report shows them."""
    name = document.name
    wanted = [place.line for finding in findings for place in _places(finding) if place.file == name]
    parts, done = [], 0
    for line in sorted(set(wanted)):
        first, last = max(line - CONTEXT, done + 1), line + CONTEXT
        start, end = document.lines().extent(first)[0], document.lines().extent(last)[1]
        if start < end:
            parts += [_EMPTY_LINE * (first - 1 - done), text[start:end]]
            done = last
    return "".join(parts)


def _secret_places(document: Document, secrets: set[str]) -> Iterator[Offsets]:
    """Yield where values stand below keys that say so; the texts go to ``secrets``, for where they stand again."""
    logins = may_hold_login(document.text)
    if not logins and all(
        only in SECRET_KINDS and not key.startswith("x-") for key, only in document.only_keys(_HIDDEN.__getitem__)
    ):
        return
    pending: list[tuple[Path, Any]] = [((), document.data)]
    seen: set[int] = set()
    while pending:
        path, value = pending.pop()
        if id(value) in seen:
            continue
        # What an alias repeats stands in one place.
        seen.add(id(value))
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            secret = isinstance(step, str) and is_secret_key(step)
            if (secret and not _is_reference(inner)) or (isinstance(step, str) and step.startswith("x-")):
                yield document.span((*path, step))[4:6]
                if secret and isinstance(inner, str) and len(inner) >= _SHORTEST:
                    secrets.add(inner)
            elif logins and step in HOST_WORDS and isinstance(inner, str) and host_login(inner):
                start, end = document.span((*path, step))[4:6]
                at = document.text.rfind("@", start, end)
                yield start, at if at > start else end
                secrets.update(part for part in (host_login(inner), *_parts(inner)) if len(part) >= _SHORTEST)
            elif isinstance(inner, dict | list):
                pending.append(((*path, step), inner))


def _parts(host: str) -> Iterator[str]:
    """Yield the password before a host, which may stand again elsewhere."""
    login = re.sub(r"^\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?//", "", host_login(host))
    _user, colon, password = login.partition(":")
    if colon:
        yield password


class _Hidden(dict[str | None, bool]):
    """Whether what stands below a key is not shown, unless it is a reference. Each key is looked at once."""

    def __missing__(self, key: str | None) -> bool:
        self[key] = hidden = key is not None and (is_secret_key(key) or key.startswith("x-"))
        return hidden


_HIDDEN = _Hidden()


def _is_reference(value: Any) -> bool:
    """A reference says where the secret is, not what it is."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in SECRET_KINDS


def _wrong_places(document: Document, findings: Iterable[Finding]) -> Iterator[Offsets]:
    """Yield where something stands that the language does not take there: it may be a secret that went astray."""
    for finding in findings:
        place = finding.location
        if finding.code not in {"MS003", "MS004", "MS301"} or not finding.path:
            continue
        if place is None or place.file != document.name:
            continue
        path, value = _follow(document.data, finding.path)
        if finding.code == "MS003" and _may_show(path, value):
            continue
        start, end = document.span(path)[4:6]
        if finding.code == "MS004":
            key, word = document.span(path, key=True), str(path[-1])
            if shown_key(word) != word:
                yield key.start + len(shown_key(word)) - 1, key.end
            yield start, end
        elif finding.code == "MS301" or not is_template(document.text[start:end]):
            yield start, end


def _follow(data: Any, pointer: str) -> tuple[Path, Any]:
    """Return the path that a JSON Pointer means in the data, as far as it leads, and the value there."""
    path: Path = ()
    for part in pointer.split("/")[1:]:
        word = part.replace("~1", "/").replace("~0", "~")
        step: str | int = int(word) if isinstance(data, list) and word.isdecimal() else word
        if (isinstance(data, dict) and step in data) or (isinstance(step, int) and step < len(data)):
            data = data[step]
            path = (*path, step)
        else:
            break
    return path, data


def _may_show(path: Path, value: Any) -> bool:
    """Tell whether a wrong value is of the kind that the language takes there, and no password by its looks."""
    if path[:1] == ("environments",):
        path = path[2:]
    # Where something stands in a list does not matter.
    kinds = _shown_kinds(tuple([0 if step.__class__ is int else step for step in path]))
    if isinstance(value, dict | list):
        return bool(kinds & (_MAPS if isinstance(value, dict) else {"list"}))
    return bool(kinds - _MAPS - {"list"}) and not (isinstance(value, str) and looks_secret(value))


@lru_cache(maxsize=1024)
def _shown_kinds(path: Path) -> frozenset[str]:
    """Return the kinds of values that are taken at a path, none below a key that says that its value is a secret."""
    if any(isinstance(step, str) and is_secret_key(step) for step in path):
        return frozenset()
    return frozenset(node["type"] for node in nodes_at(path))


_ENTRY = r"(?P<lead>[ \t]*(?:-[ \t]+)*)(?P<key>[\w.-]+)[ \t]*:(?=\s|$)"
_SIMPLE = r"[ \t]+[\w@./-]{1,80}[ \t]*"
# Words whose values are no secrets.
_SHOWN = frozenset(
    {
        *("version", "name", "id", "deployment", "env_prefix", "host", "port", "security", "method", "mode", "state"),
        *("type", "email", "from", "provider", "timeout", "send_as", "permission", "configuration", "path", "preset"),
        *("dialect", "requires", "require_tls", "validate_certs", "trigger", "needs"),
    }
)


def blank_unread(text: str, known: Collection[str]) -> str:
    """Hide everything but the keys in ``known`` and the plain values of harmless ones; columns stay.

    What is indented deeper than a key is a part of its value, so that it is hidden with it.
    """
    lines = blank_shapes(text).splitlines(keepends=True)
    below: int | None = None
    entry_at = re.compile(_ENTRY).match
    # A line that means nothing often comes again.
    blanked = lru_cache(maxsize=1024)(blank)
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if below is not None and len(line) - len(line.lstrip()) > below:
            lines[number] = blanked(line)
            continue
        below = None
        entry = entry_at(line)
        if entry is None:
            lines[number] = blanked(line)
            continue
        key, rest = entry["key"], line[entry.end() :]
        if key not in known and not is_secret_key(key):
            lines[number] = entry["lead"] + blank(line[entry.end("lead") :])
            below = len(entry["lead"])
        elif key in _SHOWN and re.fullmatch(_SIMPLE, rest.rstrip("\r\n")):
            continue
        elif rest.strip():
            lines[number] = line[: entry.end()] + blank(rest)
            below = len(entry["lead"])
    return "".join(lines)
