"""Take known secrets out of a text that others wrote: a server's reply, a program's error message.

A server that repeats what it got may cut, wrap or encode it anew. So whole forms are searched for, and besides every
run of six or more characters of a secret, also across the line breaks and reply codes that wrapping puts in between.
"""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from mailspec.outcome.secret import MASK, Secret

_SHORTEST_ENCODED = 4  # characters; a shorter piece of base64 or hex would mask ordinary words
# Characters of a run that is masked, by the form that it is in: six of the secret as it is or in base64, and four of it
# where two or three characters stand for one.
_RUN = 6
_RUN_HEX = 8
_RUN_PAIRS = 11
_RUN_ESCAPED = 12
# What wrapping puts in between: a line end, SMTP's reply codes (RFC 5321 section 4.2.1, RFC 3463), blanks, and the "="
# of quoted-printable, which stands at its line ends and before each of its pairs of hex.
_WRAPPED = re.compile(r"[\s=]*\n(?:[2-5]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3}[ \t]+)?)?|[\s=]+")


class Masker:
    """Masks secrets, whole and in runs of six characters: raw, in base64 at each of three offsets, in hex, and as URLs,
    quoted-printable, JSON, HTML and shells write them. It takes time in proportion to the text."""

    __slots__ = ("_forms", "_lower", "_pattern", "_runs", "_secrets")

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._secrets = tuple(secrets)
        self._forms = {form for secret in self._secrets for form in forms(secret)}
        ascii_only = all(form.isascii() for form in self._forms)
        self._lower = {form.lower() for form in self._forms} if ascii_only else None
        self._pattern: re.Pattern[str] | None = None
        self._runs: dict[int, set[str]] | None = None

    def mask(self, text: str) -> str:
        """Return the text with every form and every run of every secret replaced."""
        if not self._forms or not text:
            return text
        shown, at = [], 0
        for start, end in _joined([*self._whole(text), *self._found(text)]):
            shown += [text[at:start], MASK]
            at = end
        return "".join([*shown, text[at:]])

    def _whole(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the places of whole forms."""
        # To make the pattern takes a millisecond, and nearly every text holds nothing. In ASCII small letters are all
        # that IGNORECASE knows.
        if self._lower is not None and text.isascii():
            small = text.lower()
            if not any(form in small for form in self._lower):
                return
        if self._pattern is None:
            # The longest first: a form that contains another one must be masked whole.
            ordered = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE)
        for match in self._pattern.finditer(text):
            yield match.span()

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the places of runs."""
        if self._runs is None:
            self._runs = _runs(self._secrets)
        compact, places = _compact(text)
        for length, runs in self._runs.items():
            for start in range(len(compact) - length + 1):
                if compact[start : start + length] in runs:
                    yield places[start], places[start + length - 1] + 1

    def __repr__(self) -> str:
        return "Masker()"


def _joined(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield spans in order, those that overlap as one."""
    first, last = -1, -1
    for start, end in sorted(spans):
        if start >= last:
            if last > first:
                yield first, last
            first = start
        last = max(last, end)
    if last > first:
        yield first, last


def _compact(text: str) -> tuple[str, list[int]]:
    """Return a text in small letters without what wrapping puts in, and where each character stood."""
    kept: list[str] = []
    places: list[int] = []
    at = 0
    for match in (*_WRAPPED.finditer(text), None):
        end = len(text) if match is None else match.start()
        kept.append(text[at:end])
        places += range(at, end)
        at = end if match is None else match.end()
    joined = "".join(kept)
    lower = joined.lower()
    # A few capital letters have two characters as small ones, which would move what follows.
    return (lower if len(lower) == len(joined) else "".join(map(_lower, joined))), places


def _lower(char: str) -> str:
    return char.lower() if len(char.lower()) == 1 else char


def _runs(secrets: Iterable[Secret]) -> dict[int, set[str]]:
    """Return the runs to look for by their length."""
    found: dict[int, set[str]] = {}
    for secret in secrets:
        value = secret.reveal()
        raw = value.encode("utf-8", "surrogatepass")
        escaped = ("".join(f"{mark}{byte:02x}" for byte in raw) for mark in ("%", "\\x"))
        for length, texts in (
            (_RUN, (value, quote(raw, safe=""), quote_plus(raw), _quoted_printable(raw), *_base64(raw))),
            (_RUN_HEX, (raw.hex(),)),
            (_RUN_PAIRS, (raw.hex(":"), raw.hex("-"))),
            (_RUN_ESCAPED, escaped),
        ):
            for text in texts:
                compact, _ = _compact(text)
                ends = range(length, len(compact) + 1)
                found.setdefault(length, set()).update(compact[end - length : end] for end in ends)
    return found


def _quoted_printable(raw: bytes) -> str:
    """Return bytes as quoted-printable has them (RFC 2045 section 6.7), without line breaks."""
    return "".join(chr(byte) if 33 <= byte <= 126 and byte != 61 else f"={byte:02X}" for byte in raw)


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
        _quoted_printable(raw),
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
