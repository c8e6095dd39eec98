"""Take known secrets out of a text that others wrote: a server's reply, a program's error message."""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from mailspec.outcome.secret import MASK, Secret

_SHORTEST_ENCODED = 4  # characters; a shorter piece of base64 or hex would mask ordinary words


class Masker:
    """Masks secrets raw, in base64 at each of three offsets, and as URLs, JSON, HTML, shells and hex write
    them."""

    __slots__ = ("_pattern",)

    def __init__(self, secrets: Iterable[Secret]) -> None:
        found = {form for secret in secrets for form in forms(secret)}
        # The longest first: a form that contains another one must be masked whole.
        ordered = sorted(found, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE) if ordered else None

    def mask(self, text: str) -> str:
        """Return the text with every form of every secret replaced."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)

    def __repr__(self) -> str:
        return "Masker()"


def forms(secret: Secret) -> set[str]:
    """Return the texts that give a secret away."""
    value = secret.reveal()
    if not value:
        return set()
    raw = value.encode("utf-8", "surrogatepass")
    encoded = {raw.hex(), raw.hex(":"), raw.hex(" "), *_base64(raw)}
    long_enough = {form for form in encoded if len(form) >= _SHORTEST_ENCODED}
    quoted = {
        quote(raw, safe=""),
        quote(raw),
        quote_plus(raw),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        html.escape(value),
        repr(value)[1:-1],
        repr(raw)[2:-1],
        value.encode("ascii", "backslashreplace").decode(),
        shlex.quote(value),
        value.replace("\\", "\\\\").replace('"', '\\"'),
    }
    pieces = {line for line in value.splitlines() if len(line) >= _SHORTEST_ENCODED}
    return {value, value.strip() or value, *long_enough, *quoted, *pieces}


def _base64(raw: bytes) -> set[str]:
    """Return what base64 makes of the bytes wherever they start: only the characters that depend on nothing
    else."""
    found: set[str] = set()
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + raw).decode()
        start = (0, 2, 3)[offset]
        whole = (offset + len(raw)) * 8 // 6
        for form in (text[start:whole], text[start:].rstrip("=")):
            found |= {form, form.replace("+", "-").replace("/", "_")}
    return found
