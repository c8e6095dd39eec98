"""Reading a source's files, through the one opener."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from mailspec.files.opening import MIB, Unread, read_file
from mailspec.importing.found import Problem

_LARGEST = 4 * MIB


def text_of(path: str) -> str | Problem:
    """Return a file's text."""
    content = read_file(path, _LARGEST)
    if isinstance(content, Unread):
        return Problem(f"{path} cannot be read: {content.reason}", "name a file that this user may read")
    return content.raw.decode("utf-8-sig", "surrogateescape")


def yaml_of(path: str) -> Any | Problem:
    """Return a YAML file's data. Tags of the program's own are not known here."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    text = text_of(path)
    if isinstance(text, Problem):
        return text
    try:
        return YAML(typ="safe").load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        return Problem(f"{path}{where} is no YAML", "correct it first")


def beside(path: str, other: str) -> str:
    """Return a path that is relative to a file."""
    return os.path.join(os.path.dirname(path), other)


def part(data: Any, *steps: str) -> Mapping[str, Any]:
    """Return a map inside of data, an empty one where there is none."""
    for step in steps:
        data = data.get(step) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}
