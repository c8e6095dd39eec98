"""Changes to a text that touch nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailspec.text.core import Scalar, plain

# What may be written without quotes anywhere, in brackets, too; anything odd is quoted instead.
_PLAIN = r"[A-Za-z0-9_./+@][A-Za-z0-9_./+@%~=-]*(?: [A-Za-z0-9_./+@%~=(][A-Za-z0-9_./+@%~=()-]*)*"
# Words that YAML 1.1 programs read as booleans.
_OLD_BOOLEANS = frozenset(("y", "n", "yes", "no", "on", "off"))
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def splice(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Return ``text`` with each ``(start, end, replacement)`` applied; offsets are those of ``text``.

    Line ends in a replacement become those of the text's first line.

    Raises:
        ValueError: two edits overlap or insert at the same place, or one is outside of the text.
    """
    first_end = re.search(r"\r\n?|\n", text)
    newline = first_end[0] if first_end else "\n"
    parts: list[str] = []
    done = len(text)
    previous: tuple[int, int] | None = None
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        if not 0 <= start <= end <= done or (start, end) == previous:
            raise ValueError(f"edit {start}..{end} overlaps another one or leaves the text")
        parts += (text[end:done], re.sub(r"\r\n?|\n", newline, replacement))
        done, previous = start, (start, end)
    parts.append(text[:done])
    return "".join(reversed(parts))


def scalar_text(value: Scalar, like: str = "") -> str:
    """Return how to write a value in the place of ``like``, the source of the value that it replaces.

    Text keeps the quotes of ``like`` where they can hold it, and gets double ones where it needs some; an anchor
    stays. What is read back is the same value of the same type.
    """
    anchor = re.match(r"&\S+\s+", like)
    start = anchor[0] if anchor else ""
    if not isinstance(value, str):
        return start + _bare(value)
    quote = like[len(start) : len(start) + 1]
    one_line = value.isprintable()
    if quote == "'" and one_line:
        return start + "'" + value.replace("'", "''") + "'"
    if quote not in {'"', "'"} and one_line and _is_plain(value):
        return start + value
    return start + _double(value)


def _bare(value: float | bool | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value)
    if isinstance(value, float) and text.strip("-") in {"inf", "nan"}:
        return text.replace("inf", ".inf").replace("nan", ".nan")
    return text


def _is_plain(value: str) -> bool:
    if value.lower() in _OLD_BOOLEANS or not re.fullmatch(_PLAIN, value):
        return False
    try:
        return plain(value) == value
    except ValueError:
        return False


def _double(value: str) -> str:
    return '"' + "".join(_ESCAPED.get(character) or _escaped(character) for character in value) + '"'


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
