"""A document made by a user's own template (Jinja2) of everything that sends.

Passwords never reach the template: it sees marks in their place, and the marks are replaced when the file is written. A
change writes names, values and the template, so that it could write a mark where the template has no password, in one
text or in several. While the template runs, each mark therefore holds a number that nobody can know.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from secrets import randbelow
from time import monotonic
from typing import Any
from urllib.parse import quote

from mailspec.files.apart import Stopped, run_apart
from mailspec.files.opening import MIB, Unread, follow_links, read_file
from mailspec.outcome.plan import Json
from mailspec.plan.desired import secret_reference
from mailspec.source.folder import kept_back
from mailspec.targets.base import Format, Rendered, TargetProblem
from mailspec.targets.documents.nested import HEAD, SECTIONS, SINGLE, nested
from mailspec.targets.formats.base import breaks_line, cannot_hold

SECONDS = 20.0  # of waiting; the process limits its own computing time
_MARK = re.compile(r"<secret ([^<>]+)>")
_TEXT = "text"  # the key of the text with its marks
_FORGED = TargetProblem(
    "its template, a name or a value gives what stands for a password, <secret ...>",
    "take it out: it would be replaced by a password",
)
_CUT = TargetProblem("its template changes a password or prints a part of one", "print passwords as they are")


def rendered(template: str, root: str, keys: Mapping[str, Json]) -> Rendered | TargetProblem:
    """Return the text that a template gives for the keys of an export, with a key for each password.

    ``template`` is a path relative to the project, whose folder is ``root``.
    """
    path = follow_links(os.path.join(root, template))
    inside = os.path.relpath(path, follow_links(root))
    if inside.startswith("..") or os.path.isabs(template):
        return TargetProblem(f"its template {template} lies outside of the project", "keep templates beside the Spec")
    secret = kept_back(root, template)
    if secret:
        return TargetProblem(f"its template {template} is not used: {secret}", "keep templates beside the Spec, in Git")
    content = read_file(path, MIB)
    if isinstance(content, Unread):
        return TargetProblem(f"its template {template} cannot be read: {content.reason}", "correct template")
    text = content.raw.decode("utf-8-sig", "replace")
    # Whoever reads the document may take a line for an entry, and no file of lines is given such a value either.
    texts = {key: str(value) for key, value in keys.items() if value is not None and secret_reference(value) is None}
    problem = breaks_line(None, {**{f"{key!a}, its name,": key for key in keys}, **texts})
    if problem is not None:
        return problem
    secrets = {quote(key, safe="/@ "): key for key, value in keys.items() if secret_reference(value) is not None}
    stopped = _STOPPED.get(text)
    if stopped is None and len(_STOPPED) >= _MOST_STOPPED:
        stopped = TargetProblem("other templates have used up the time that all may take", "look for loops in those")
    if stopped is not None:
        return stopped
    if "environment" not in text:
        texts.pop("environment", None)
    asked = sha256(json.dumps([inside, text, texts, secrets]).encode()).digest()
    if asked not in _MADE:
        if len(_MADE) >= _MOST_MADE:
            _MADE.pop(next(iter(_MADE)))
        _MADE[asked] = _run(template, inside, text, texts, secrets)
    made = _MADE[asked]
    if isinstance(made, TargetProblem):
        return made
    used = dict.fromkeys(_MARK.findall(made))
    return Rendered({_TEXT: made, **{f"secret/{name}": keys[secrets[name]] for name in used}})


def _run(
    template: str, inside: str, text: str, texts: Mapping[str, str], secrets: Mapping[str, str]
) -> str | TargetProblem:
    """Return what a template gives for some texts, with marks for the passwords."""
    number = f"{randbelow(10**18):018}"  # digits: no filter for capitals changes them
    marks = {key: f"<secret {number} {name}>" for name, key in secrets.items()}
    asked = {"name": inside, "texts": {inside: text}, "document": True, "sample": _data({**texts, **marks})}
    began = monotonic()
    answer = run_apart("mailspec.message.template_worker", asked, SECONDS)
    if isinstance(answer, Stopped):
        _STOPPED[text] = TargetProblem(f"its template {template} gives nothing: {answer}", "look for a loop in it")
        return _STOPPED[text]
    if "trouble" in answer:
        trouble = answer["trouble"]
        where = f"{template}, line {trouble['line']}"
        problem = TargetProblem(f"its template fails ({where}): {trouble['message']}", "correct the template")
        if monotonic() - began > _LONG:
            _STOPPED[text] = problem
        return problem
    made = str(answer["parts"])
    # In what is left between the marks nothing may look like one, nor tell the number.
    between = re.split(f"<secret {number} ([^<>]+)>", made)
    used = dict.fromkeys(between[1::2])
    if any(number in part for part in between):
        return _CUT
    made = "".join(f"<secret {part}>" if place % 2 else part for place, part in enumerate(between))
    if len(_MARK.findall(made)) != len(between) // 2 or not used.keys() <= secrets.keys():
        return _FORGED
    return made


# What templates gave in this process: most environments give a template what others give it, and each run is a process.
_MADE: dict[bytes, str | TargetProblem] = {}
_MOST_MADE = 16
# Templates whose time was up in this process: none is tried twice, and a change that brings a hundred gains nothing.
_STOPPED: dict[str, TargetProblem] = {}
_MOST_STOPPED = 3
_LONG = 1.0  # seconds, after which one that fails counts as such


def _data(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return what a template sees: lists of objects with nested settings, such as ``user.auth.username``."""
    data = nested(texts)
    found: dict[str, Any] = {word: data[word] for word in HEAD}
    for section in SECTIONS:
        found[section] = [{"name": name, **_parted(fields)} for name, fields in data[section].items()]
    return found | {single: _parted(data[single]) for single in SINGLE}


def _parted(fields: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in fields.items():
        part, _, rest = name.rpartition(".")
        place = made
        for word in part.split(".") if part else ():
            place = place.setdefault(word, {})
        place[rest] = value
    return made


class Filled(Format):
    """A text with marks as a format: reading finds the passwords where the text around them is as it should be."""

    one_line = False

    def __init__(self, text: str) -> None:
        self.text = text

    def parse(self, text: str) -> dict[str, str | None]:
        """Return the text with its marks and the passwords; a text that differs is an expression nobody can read."""
        if not text:
            return {}
        found = _between(_MARK.split(self.text), text)
        if found is None:
            return {_TEXT: None}
        return {_TEXT: self.text, **{f"secret/{name}": value for name, value in found.items()}}

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:  # noqa: ARG002
        """Return the text with the passwords in it; the whole file is the target's own."""
        template = wanted.get(_TEXT)
        problem = cannot_hold(wanted, self.why_not)
        if problem is not None:
            return problem
        problem = breaks_line(None, {key: value for key, value in wanted.items() if key != _TEXT})
        if problem is not None:
            return problem
        if template is None:
            return ""
        filled = _MARK.sub(lambda mark: wanted.get(f"secret/{mark[1]}") or "", template)
        kept = {key: value for key, value in wanted.items() if value is not None}
        if self.parse(filled) != kept:
            return TargetProblem(
                "the passwords could not be told apart from the text around them when the file is read again",
                "put a line end, or quotes that no password has, behind each password in the template",
            )
        return filled


def _between(pieces: Sequence[str], text: str) -> dict[str, str] | None:
    """Return what stands between some pieces of a text, by the names between them; ``None`` for another text.

    Each piece is looked for once, from where the one before it ends: a pattern of many ``.*?`` could try for ever.
    """
    if not text.startswith(pieces[0]):
        return None
    place, found = len(pieces[0]), dict[str, str]()
    for index, (name, piece) in enumerate(zip(pieces[1::2], pieces[2::2], strict=True), 1):
        is_last = 2 * index + 1 == len(pieces)
        if name in found:
            known = found[name] + piece
            if not text.startswith(known, place):
                return None
            place += len(known)
            continue
        end = len(text) - len(piece) if is_last else text.find(piece, place)
        if end < place or not text.startswith(piece, end):
            return None
        found[name] = text[place:end]
        place = end + len(piece)
    return found if place == len(text) else None


def format_of(keys: Mapping[str, Json]) -> Filled:
    """Return the format of a target's keys."""
    return Filled(str(keys.get(_TEXT) or ""))
