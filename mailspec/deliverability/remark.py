"""What is said of a domain, before it is known at which place of which file it stands."""

from __future__ import annotations

from typing import NamedTuple

from mailspec.outcome.finding import Severity

# A text record holds strings of at most 255 bytes each (RFC 1035 section 3.3.14).
_STRING = 255


class Remark(NamedTuple):
    """A code with its words. ``severity`` is the catalogue's where it is ``None``."""

    code: str
    message: str
    help: str = ""
    severity: Severity | None = None


def publish(name: str, text: str) -> str:
    """Return a text record as it is pasted into a zone."""
    parts = [text[start : start + _STRING] for start in range(0, len(text), _STRING)]
    strings = " ".join('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in parts)
    return f"Publish {name}. IN TXT {strings} in its zone."
