"""A document made by a user's own template (Jinja2) of everything that sends.

Passwords never reach the template: it sees marks in their place, and the marks are replaced when the file is written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from mailspec.files.apart import Stopped, run_apart
from mailspec.files.opening import MIB, Unread, read_file
from mailspec.outcome.plan import Json
from mailspec.plan.desired import secret_reference
from mailspec.targets.base import Rendered, TargetProblem
from mailspec.targets.documents.nested import HEAD, SECTIONS, SINGLE, nested
from mailspec.targets.formats.base import breaks_line, cannot_hold

SECONDS = 10.0
_MARK = re.compile(r"<secret ([^<>]+)>")
_TEXT = "text"  # the key of the text with its marks
_FORGED = TargetProblem(
    "its template or a value holds what stands for a password, <secret ...>",
    "take it out: it would be replaced by a password",
)


def rendered(template: str, root: str, keys: Mapping[str, Json]) -> Rendered | TargetProblem:
    """Return the text that a template gives for the keys of an export, with a key for each password.

    ``template`` is a path relative to the project, whose folder is ``root``.
    """
    path = os.path.realpath(os.path.join(root, template))
    inside = os.path.relpath(path, os.path.realpath(root))
    if inside.startswith("..") or os.path.isabs(template):
        return TargetProblem(f"its template {template} lies outside of the project", "keep templates beside the Spec")
    content = read_file(path, MIB)
    if isinstance(content, Unread):
        return TargetProblem(f"its template {template} cannot be read: {content.reason}", "correct template")
    text = content.raw.decode("utf-8-sig", "replace")
    plain = (value for value in keys.values() if isinstance(value, str))
    if any(_MARK.search(value) for value in (text, *plain)):
        return _FORGED
    secrets = {quote(key, safe="/@ "): value for key, value in keys.items() if secret_reference(value) is not None}
    asked = {"name": inside, "texts": {inside: text}, "document": True, "sample": _data(keys)}
    answer = run_apart("mailspec.message.template_worker", asked, SECONDS)
    if isinstance(answer, Stopped):
        return TargetProblem(f"its template {template} gives nothing: {answer}", "look for a loop in it")
    if "trouble" in answer:
        trouble = answer["trouble"]
        where = f"{template}, line {trouble['line']}"
        return TargetProblem(f"its template fails ({where}): {trouble['message']}", "correct the template")
    made = str(answer["parts"])
    used = dict.fromkeys(_MARK.findall(made))
    if not used.keys() <= secrets.keys():
        return _FORGED
    return Rendered({_TEXT: made, **{f"secret/{name}": secrets[name] for name in used}})


def _data(keys: Mapping[str, Json]) -> dict[str, Any]:
    """Return what a template sees: lists of objects with nested settings, such as ``user.auth.username``."""
    texts: dict[str, str] = {}
    for key, value in keys.items():
        if secret_reference(value) is not None:
            texts[key] = f"<secret {quote(key, safe='/@ ')}>"
        elif value is not None:
            texts[key] = str(value)
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


class Filled:
    """A text with marks as a format: reading finds the passwords where the text around them is as it should be."""

    one_line = False

    def __init__(self, text: str) -> None:
        self.text = text

    def parse(self, text: str) -> dict[str, str | None]:
        """Return the text with its marks and the passwords; a text that differs is an expression nobody can read."""
        if not text:
            return {}
        pattern, names = "", list[str]()
        for index, piece in enumerate(_MARK.split(self.text)):
            if index % 2 == 0:
                pattern += re.escape(piece)
            elif piece in names:
                pattern += f"(?P=s{names.index(piece)})"
            else:
                pattern += f"(?P<s{len(names)}>.*?)"
                names.append(piece)
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found is None:
            return {_TEXT: None}
        return {_TEXT: self.text, **{f"secret/{name}": found[index + 1] for index, name in enumerate(names)}}

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:  # noqa: ARG002
        """Return the text with the passwords in it; the whole file is the target's own."""
        template = wanted.get(_TEXT)
        for key, value in wanted.items():
            problem = cannot_hold(key, value, lambda _key, _value: None)
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


def format_of(keys: Mapping[str, Json]) -> Filled:
    """Return the format of a target's keys."""
    return Filled(str(keys.get(_TEXT) or ""))
