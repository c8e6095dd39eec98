"""How a value is put into a longer text of a program, such as an address."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable


def _percent(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def _shell(text: str) -> str:
    return shlex.quote(text)


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


# By the word behind the | in a preset's template: RFC 3986 percent encoding, a JSON string, a shell's word, the two
# parts of an address, and "true" for whatever is there.
ENCODERS: dict[str, Callable[[str], str]] = {
    "percent": _percent,
    "json": _json,
    "shell": _shell,
    "local": lambda text: text.rpartition("@")[0],
    "domain": lambda text: text.rpartition("@")[2],
    "present": lambda _text: "true",
}
