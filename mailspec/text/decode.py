"""Bytes to text, and which bytes or characters keep a file from being read."""

from __future__ import annotations

import codecs
import re

from mailspec.text.faults import Fault
from mailspec.text.limits import Limits

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What YAML 1.2.2 section 5.1 (c-printable) leaves out; surrogates cannot come out of UTF-8.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_CONTROL_BYTES = bytes(code for code in range(128) if _CONTROL.match(chr(code)))
_NO_CHARACTERS = ("\ufffe", "\uffff")


def decode(raw: bytes, limits: Limits) -> tuple[str, bool, Fault | None]:
    """Return the text of one file without a byte order mark, whether it had one, and what is wrong.

    With a fault the text is only good for showing places.
    """
    if len(raw) > limits.size:
        size = f"{limits.size / 2**20:g} MiB"
        return ("", False, Fault("limit", f"The file is larger than {size}, the most that is read.", "Split it."))
    bom = raw.startswith(codecs.BOM_UTF8)
    body = raw[3:] if bom else raw
    wide = _wide(raw)
    if wide:
        return ("", False, _encoding(f"The file is {wide}; only UTF-8 is read.", "Save it as UTF-8."))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        byte = body[error.start]
        return (
            body.decode("utf-8", "replace"),
            bom,
            _encoding(
                f"The byte 0x{byte:02X} is not UTF-8 here; the file was perhaps saved in another encoding.",
                "Save the file as UTF-8.",
                len(before),
            ),
        )
    # To look for bytes is quicker than to look for characters, and nearly all files have none.
    suspicious = not text.isascii() or len(raw.translate(None, _CONTROL_BYTES)) < len(raw)
    found = _CONTROL.search(text) if suspicious else None
    if found:
        return text, bom, _control(found[0], found.start())
    if not text.isascii():
        for character in _NO_CHARACTERS:
            if character in text:
                return text, bom, _control(character, text.index(character))
    return text, bom, None


def _wide(raw: bytes) -> str | None:
    """Name the encoding of a file in units of 2 or 4 bytes, told by its mark or by its NULs."""
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "UTF-32"
    if raw.startswith(_UTF_16):
        return "UTF-16"
    if b"\0" not in raw[:4]:
        return None
    # The first character of a YAML file is ASCII, so its other bytes are NUL (YAML 1.2.2 section 5.2).
    nuls = tuple(byte == 0 for byte in raw[:4])
    if nuls in {(True, True, True, False), (False, True, True, True)}:
        return "UTF-32"
    if nuls[:2] in {(True, False), (False, True)}:
        return "UTF-16"
    return None


def _encoding(message: str, help_: str, offset: int = 0) -> Fault:
    return Fault("encoding", message, help_, offset=offset)


def _control(character: str, offset: int) -> Fault:
    code = ord(character)
    name = "A NUL character" if code == 0 else f"The control character U+{code:04X}"
    escape = f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
    return _encoding(
        f"{name} stands here; YAML does not allow it.",
        f'Delete it; if it is meant, write it in double quotes as "{escape}".',
        offset,
    )
