"""Fixes as a unified diff for people. Where lines differ is judged by their real text; what is shown is masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Protocol

from mailspec.text.escape import terminal

_CONTEXT = 3


class Edited(Protocol):
    """A file before and after: as it is, and as people may see it, line by line the same."""

    @property
    def name(self) -> str: ...
    @property
    def before(self) -> bytes: ...
    @property
    def after(self) -> bytes: ...
    @property
    def shown_before(self) -> str: ...
    @property
    def shown_after(self) -> str: ...


def edits(files: Iterable[Edited]) -> str:
    """Return the diff of all files, empty where nothing changes."""
    return "\n".join(line for file in files for line in _file(file))


def _file(file: Edited) -> Iterator[str]:
    yield terminal(f"--- a/{file.name}")
    yield terminal(f"+++ b/{file.name}")
    before, after = (_lines(content.decode("utf-8-sig")) for content in (file.before, file.after))
    shown_before, shown_after = _lines(file.shown_before), _lines(file.shown_after)
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_CONTEXT):
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"
        for tag, start, end, new_start, new_end in group:
            if tag == "equal":
                yield from (f" {terminal(line)}" for line in shown_before[start:end])
                continue
            yield from (f"-{terminal(line)}" for line in shown_before[start:end])
            yield from (f"+{terminal(line)}" for line in shown_after[new_start:new_end])


def _lines(text: str) -> list[str]:
    """Split as YAML 1.2 does (section 5.4), so that both texts of a file have the same lines."""
    lines = re.split(r"\r\n|\r|\n", text)
    return lines[:-1] if lines[-1] == "" else lines


def _range(start: int, end: int) -> str:
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + 1 if length else start},{length}"
