"""One e-mail address with a display name, as people write it: ``"Acme" <noreply@acme.example>``.

The grammar is the useful part of RFC 5322 section 3.4 (mailbox): a display name that is quoted, or bare
words, and one address. Groups, comments, routes, quoted local parts and lists of addresses are not read.
Nothing of ``email`` is imported: this module is on the way of every ``mailspec validate``.
"""

from __future__ import annotations

import re

# The same characters as the model's Address; RFC 5321 section 4.5.3.1 gives 64 + 1 + 255 bytes.
_ADDRESS = re.compile(r"[^@\s<>\",;\x00-\x1f\x7f]+@[^@\s<>\",;\x00-\x1f\x7f]+")
_MAILBOX = re.compile(r'(?:"((?:[^"\\]|\\.)*)"\s*|([^"<>]*))<([^<>]*)>')
_ESCAPED = re.compile(r"\\(.)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# What a display name may hold without quotes: RFC 5322 atext and spaces; beyond ASCII all (RFC 6532).
_BARE = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ \u00a0-\U0010ffff]+")
_LONGEST = 320


def is_address(text: str) -> bool:
    """Tell whether a text is one bare address such as ``noreply@acme.example``."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None


def parse_address(text: str) -> tuple[str, str] | None:
    """Return name (``""`` where there is none) and address, ``None`` where the text is not exactly one.

    A bare name may hold what RFC 5322 wants quoted (``Acme, Inc. <...>``): with one address it can mean only
    one thing, and :func:`format_address` adds the quotes.
    """
    text = text.strip()
    if _CONTROLS.search(text):
        return None
    if "<" not in text:
        return ("", text) if is_address(text) else None
    found = _MAILBOX.fullmatch(text)
    if found is None:
        return None
    quoted, bare, address = found.groups()
    if not is_address(address):
        return None
    name = _ESCAPED.sub(r"\1", quoted) if quoted is not None else bare.strip()
    if quoted is None and "@" in name:
        # "a@x.example <b@x.example>" is more often a slip than a name; in quotes it is meant.
        return None
    return name.strip(), address


def format_address(name: str | None, email: str) -> str:
    """Return ``MaestroHub <noreply@yourdomain.com>``: the name quoted where RFC 5322 asks for it.

    Control characters and line ends become spaces, so that the result is always one line.
    """
    clean = clean_name(name)
    email = _CONTROLS.sub("", email)
    if not clean:
        return email
    if _BARE.fullmatch(clean) is None:
        escaped = clean.replace("\\", "\\\\").replace('"', '\\"')
        clean = f'"{escaped}"'
    return f"{clean} <{email}>"


def clean_name(name: str | None) -> str:
    """Return a display name as one line without control characters."""
    return " ".join(_CONTROLS.sub(" ", name or "").split())
