"""Characters that libyaml misreads, swapped for others of the same width in code points, and back.

libyaml reads YAML 1.1: it ends lines at U+0085, U+2028 and U+2029, and inside of brackets it takes every ``:`` and
``?`` for syntax, so that ``[https://acme.example/?a=b]`` fails. YAML 1.2.2 (sections 5.4, 7.3.3) reads them as text.
"""

from __future__ import annotations

import re

from mailspec.text import faults
from mailspec.text.compose import Composition
from mailspec.text.faults import Fault

# A byte order mark is text, too, but libyaml lets it start a line.
_BREAKS = "\x85\u2028\u2029\ufeff"
_HAS_BREAKS = f"[{_BREAKS}]"
# ``:`` or ``?`` with something directly behind it is text, unless a quoted key or a bracket ends before the ``:``.
_GLUED = r"""(?<!["'\]}]):(?=[^ \t\r\n,\[\]{}])|\?(?=[^ \t\r\n,\[\]{}])"""
# A question mark that libyaml would take for a key without complaining.
_QUESTION = r"[\[{,][ \t\r\n]*+\?(?=[^ \t\r\n,\[\]{}])"


class StandIns:
    """A text with stand-ins, and what translates them ``back`` in the values of its scalars."""

    __slots__ = ("back", "text")

    def __init__(self, text: str, *, glued: bool) -> None:
        used = set(text)
        free = (chr(code) for code in range(0xE000, 0x10FFFE) if code not in (0xFFFE, 0xFFFF) and chr(code) not in used)
        there: dict[str, str] = {character: next(free, character) for character in _BREAKS + ":?"}
        if glued:
            text = re.sub(_GLUED, lambda found: there[found[0]], text)
        self.text = text.translate({ord(character): there[character] for character in _BREAKS})
        self.back = {ord(stand_in): character for character, stand_in in there.items()}


def stand_ins(text: str, *, glued: bool) -> StandIns | None:
    """Return the text with stand-ins where it needs them, else None.

    ``glued``: also for ``:`` and ``?`` directly before text; without it only where libyaml would not complain.
    """
    if glued:
        return StandIns(text, glued=True) if re.search(_GLUED, text) else None
    question = "?" in text and re.search(_QUESTION, text) is not None
    if question or (not text.isascii() and re.search(_HAS_BREAKS, text)):
        return StandIns(text, glued=question)
    return None


def glued_keys(text: str, result: Composition) -> list[Fault]:
    """Return a fault for each key that is probably a key and its value: ``{port:465}``.

    YAML 1.2 takes it for a key without a value, and nobody who writes it means that.
    """
    found = []
    for number, key in enumerate(result.keys):
        if key is not None and ":" in key and number + 1 < len(result.keys):
            empty = number + 1 not in result.after and result.starts[number + 1] == result.ends[number + 1]
            if empty and not text[result.ends[number] : result.starts[number + 1] + 1].strip().startswith(":"):
                found.append(faults.key_glued(number))
    return found
