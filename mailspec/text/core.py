"""Plain scalars to values, as the YAML 1.2.2 core schema says (section 10.3.2).

No ``yes`` and ``off``, no base 60, no timestamps: those are YAML 1.1.
"""

from __future__ import annotations

import re

Scalar = str | int | float | bool | None

WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".inf": float("inf"), ".Inf": float("inf"), ".INF": float("inf"),
    "+.inf": float("inf"), "+.Inf": float("inf"), "+.INF": float("inf"),
    "-.inf": float("-inf"), "-.Inf": float("-inf"), "-.INF": float("-inf"),
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
}  # fmt: skip
NUMERIC = frozenset("0123456789+-.")
_INTEGER = r"[-+]?[0-9]+"
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_BASED = r"0o[0-7]+|0x[0-9a-fA-F]+"
# int() refuses more decimal digits by default (sys.set_int_max_str_digits), and no setting needs as many.
DIGITS = 4300


def plain(text: str) -> Scalar:
    """Return the value of a scalar without quotes or tag.

    Raises:
        ValueError: an integer of more than ``DIGITS`` digits.
    """
    if text in WORDS:
        return WORDS[text]
    if text[0] not in NUMERIC:
        return text
    if text.isdigit() and text.isascii():
        return int(text)
    if re.fullmatch(_INTEGER, text):
        return int(text)
    if re.fullmatch(_FLOAT, text):
        return float(text)
    if re.fullmatch(_BASED, text):
        if len(text) > DIGITS:
            raise ValueError("too many digits")
        return int(text[2:], 8 if text[1] == "o" else 16)
    return text
