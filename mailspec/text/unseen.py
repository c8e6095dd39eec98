"""Characters that a reader of a file cannot see, or that reorder what is seen ("Trojan Source", CVE-2021-42574).

The sets follow Unicode: Default_Ignorable_Code_Point and Bidi_Control (UAX 44), with the exceptions that UTS 39
section 3.1.1 and UTS 51 make for joiners in scripts and emoji that need them.
"""

from __future__ import annotations

# One file with a thousand of them needs no list of all.
MOST = 1000
_JOINERS = "\u200c\u200d"
# Letters and marks that are drawn as nothing, and line ends that only some programs see.
_BLANK = frozenset("\x85\u034f\u115f\u1160\u17b4\u17b5\u2028\u2029\u3164\uffa0")
# Format characters (category Cf) that are drawn: Arabic, Syriac and Kaithi number and verse signs.
_DRAWN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# Scripts whose letters joiners shape: Arabic and its neighbours, the Indic ones, Tibetan, Myanmar, Khmer, Mongolian.
_SHAPED = ((0x0600, 0x08FF), (0x0900, 0x0DFF), (0x0F00, 0x109F), (0x1780, 0x18AF))
_EMOJI = ((0x2190, 0x2BFF), (0x1F000, 0x1FAFF), (0x1F1E6, 0x1F1FF))
_IDEOGRAPHS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
_MONGOLIAN = ((0x1820, 0x18AA),)
# What else has a picture and a text style (emoji-variation-sequences.txt).
_PICTURES = "0123456789#*©®‼⁉™ℹ〰〽㊗㊙"
_FLAG = "\U0001f3f4"


def invisible(text: str) -> list[tuple[int, str]]:
    """Return offset and Unicode name of the invisible and bidirectional characters, the first thousand."""
    if text.isascii():
        return []
    suspects = {character for character in set(text) if character > "\x7f" and _suspect(character)}
    if not suspects:
        return []
    import unicodedata

    found = []
    for offset, character in enumerate(text):
        if character in suspects and (is_unseen(text, offset) or _poses_as_space(text, offset)):
            name = "NEXT LINE" if character == "\x85" else unicodedata.name(character, "UNNAMED CHARACTER")
            found.append((offset, name))
            if len(found) == MOST:
                break
    return found


def is_unseen(text: str, index: int) -> bool:
    """Tell whether the character at ``index`` is invisible or reorders text, where it stands."""
    character = text[index]
    if character <= "\x7f":
        return False
    if character in _BLANK:
        return True
    code = ord(character)
    before = text[index - 1 : index] if index else ""
    if character in _JOINERS:
        return not _joins(text, index)
    if 0xFE00 <= code <= 0xFE0F:
        # Picture or text style of the character before; several in a row carry hidden data.
        return not (
            _within(before, _EMOJI + _IDEOGRAPHS + _SHAPED) or before in {*"0123456789#*", "©", "®", "‼", "⁉", "™"}
        )
    if 0xE0100 <= code <= 0xE01EF:
        return not _within(before, _IDEOGRAPHS)
    if 0xE0020 <= code <= 0xE007F:
        return not _in_flag(text, index)
    return _is_format(character)


def _suspect(character: str) -> bool:
    code = ord(character)
    if character in _BLANK or 0x180B <= code <= 0x180F or 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE01EF:
        return True
    return _is_format(character) or character.isspace()


def _is_format(character: str) -> bool:
    if character.isprintable():
        return False
    import unicodedata

    return unicodedata.category(character) == "Cf" and character not in _DRAWN


def _joins(text: str, index: int) -> bool:
    """Tell whether a joiner stands between what it joins: letters of a shaped script, or parts of one emoji."""
    before, after = text[index - 1 : index] if index else "", text[index + 1 : index + 2]
    if _within(before, _SHAPED) and _within(after, _SHAPED):
        return True
    return text[index] == "\u200d" and _within(after, _EMOJI) and (_within(before, _EMOJI) or before == "\ufe0f")


def _in_flag(text: str, index: int) -> bool:
    """Tell whether a tag character spells a region behind a black flag (England, Scotland, Wales)."""
    start = index
    while start and 0xE0020 <= ord(text[start]) <= 0xE007F and index - start < 8:
        start -= 1
    return text[start] == _FLAG


def _poses_as_space(text: str, index: int) -> bool:
    """Tell whether a space other than U+0020 stands where YAML wants that one: it is text there, and looks alike."""
    if not text[index].isspace():
        return False
    near = max(index - 200, 0)
    line = max(text.rfind("\n", near, index), text.rfind("\r", near, index), near - 1) + 1
    before, after = text[line:index].strip(), text[index + 1 : index + 2]
    return not before or before[-1] in ":-,[{?" or after in {"", "\n", "\r", "#", ":"}


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return bool(character) and any(first <= ord(character) <= last for first, last in ranges)
