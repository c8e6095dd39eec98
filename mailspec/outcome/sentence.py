"""Makes a whole sentence of a help or message that was written to stand inside one."""

from __future__ import annotations

# A command is shown as it is typed.
_COMMANDS = ("mailspec ", "pip ", "chmod ", "sops ", "age-keygen ", "git ")


def sentence(text: str) -> str:
    """Return a text with a capital letter first and a full stop last; commands, names and addresses keep theirs."""
    text = text.strip()
    if not text or text.startswith(_COMMANDS):
        return text
    return with_stop(capitalised(text))


def with_stop(text: str) -> str:
    """Return the text with one full stop at its end."""
    return text if text.endswith((".", "?", "!")) or not text else f"{text}."


def capitalised(text: str) -> str:
    """Return a text with a capital letter first, unless it begins with a name or an address, which is never respelt."""
    word = text.split(maxsplit=1)[0].rstrip(",;:.") if text.strip() else ""
    return text[0].upper() + text[1:] if word.isalpha() and word.islower() else text
