"""Texts that could not be read as data: only what is certainly harmless is shown of them."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from mailspec.outcome.mask import blank, blank_shapes, is_secret_key

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
