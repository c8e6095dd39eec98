"""The words that people and programs have for how a connection is encrypted, read as one of tls, starttls, none.

"TLS" alone means STARTTLS in Django and Authentik and TLS from the first byte in Mattermost, so where a word could be
either the port decides, and what was made of it is said.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mailspec.model.smtp import ports_that_begin_with


class Security(NamedTuple):
    """What was made of a word: ``value`` is tls, starttls, none, or ``None`` for a word that nobody knows.

    ``note`` says so to people; it is empty where the word was one of ours.
    """

    value: str | None
    note: str = ""


_TLS_PORTS, _STARTTLS_PORTS = ports_that_begin_with("tls"), ports_that_begin_with("starttls")
_OURS = ("tls", "starttls", "none")
_STARTTLS = re.compile(r"start[\s_-]?tls|explicit|opportunistic|upgrade|\bsmtp\+tls\b", re.IGNORECASE)
_TLS = re.compile(
    r"\bssl\b|smtps|smtp\+ssl|implicit|force[\s_-]?tls|ssl[\s_/+-]*tls|tls[\s_/+-]*ssl|wrap|submissions|\bssltls\b|on[\s_-]connect",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"^(?:|none|no|off|false|0|never|null|disabled?|plain(?:[\s_-]?text)?|clear(?:[\s_-]?text)?|insecure|unencrypted|not?\W.*)$",
    re.IGNORECASE,
)
_EITHER = re.compile(
    r"\btls(?:v?1(?:\.\d)?)?\b|^(?:yes|on|true|1|required|always|secure|encrypted|auto)$", re.IGNORECASE
)


def read_security(word: str, port: int | None = None) -> Security:
    """Read a word, such as ``SSL/TLS`` or ``STARTTLS (forced)``; ``port`` decides where it could be either."""
    trimmed = word.strip()
    if trimmed in _OURS:
        return Security(trimmed)
    value = _meant(trimmed, port)
    if value is None:
        return Security(None, f"'{word}' is no word for an encryption that is known; it is left out.")
    why = f" on port {port}" if _EITHER.search(trimmed) and not _clear(trimmed) and port is not None else ""
    return Security(value, f"'{word}' is read as {value}{why}.")


def _clear(word: str) -> bool:
    return bool(_STARTTLS.search(word) or _TLS.search(word))


def _meant(word: str, port: int | None) -> str | None:
    if _STARTTLS.search(word):
        return "starttls"
    if _NONE.match(word):
        return "none"
    if _TLS.search(word):
        return "tls"
    if not _EITHER.search(word):
        return None
    if port in _STARTTLS_PORTS:
        return "starttls"
    return "tls" if port in _TLS_PORTS or port is None else "starttls"
