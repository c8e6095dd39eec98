"""One e-mail address with a display name, as people write it: ``"Acme" <noreply@acme.example>``.

The grammar is the useful part of RFC 5322 section 3.4 (mailbox): a display name that is quoted, or bare
words, and one address. Groups, comments, routes, quoted local parts and lists of addresses are not read.
Nothing of ``email`` is imported: this module is on the way of every ``mailspec validate``.
"""

from __future__ import annotations

import re

# Regular expressions without anchors: pydantic (Rust), JSON Schema (ECMA-262) and Python read them alike.
_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_PART = rf'[^@\s<>",;{_CONTROL}]+'
ADDRESS = f"{_PART}@{_PART}"
# RFC 5321 section 4.5.3.1: 64 + 1 + 255 bytes.
LONGEST_ADDRESS = 320
_QUOTED = rf'"((?:[^"\\{_CONTROL}]|\\[^{_CONTROL}])*)"[^\S{_CONTROL}]*'
# It begins with no blank, so that a text of nothing but blanks is read in one go.
_BARE_NAME = rf'([^"<>@\s{_CONTROL}][^"<>@{_CONTROL}]*)?'
# What is a blank to all three readers.
_AROUND = r"[^\S\x1c-\x1f\x85]*"
# Exactly one address: bare (group 1), or in angle brackets (4) behind a quoted (2) or a bare name (3). "a@x.example
# <b@x.example>" is more often a slip than a name; in quotes it is meant.
MAILBOX = rf"{_AROUND}(?:({ADDRESS})|(?:{_QUOTED}|{_BARE_NAME})<({ADDRESS})>){_AROUND}"
_ADDRESS, _MAILBOX = re.compile(ADDRESS), re.compile(MAILBOX)
_ESCAPED = re.compile(r"\\(.)")
_CONTROLS = re.compile(f"[{_CONTROL}]+")
# What a display name may hold without quotes: RFC 5322 atext and spaces; beyond ASCII all (RFC 6532).
_BARE = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ \u00a0-\U0010ffff]+")

# In a reference to a secret, where a person's address is to stand.
PLACEHOLDER = "{email}"
# All may stand before the @ (RFC 5322 section 3.2.3), and are more than a name in a path, in a URL or in sops' words.
_UNFIT = frozenset("/\\#?%\0")

# A domain in a header is words and dots, or an address literal (RFC 5321 section 4.1.3): the only one with brackets.
_DOMAIN = re.compile(r"[^()\[\]:\\]+|\[(?:[0-9.]+|IPv6:[0-9A-Fa-f:.]+)\]")


def is_address(text: str) -> bool:
    """Tell whether a text is one bare address such as ``noreply@acme.example``."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def fits_header(address: str) -> bool:
    """Tell whether an address can stand in a message's header as it is.

    Its domain is one by RFC 5322 section 3.4.1, and no reader takes a part of it for an encoded word (RFC 2047).
    """
    return is_address(address) and "=?" not in address and _DOMAIN.fullmatch(address.rpartition("@")[2]) is not None


def parse_address(text: str) -> tuple[str, str] | None:
    """Return name (``""`` where there is none) and address, ``None`` where the text is not exactly one.

    A bare name may hold what RFC 5322 wants quoted (``Acme, Inc. <...>``): with one address it can mean only
    one thing, and :func:`format_address` adds the quotes.
    """
    found = _MAILBOX.fullmatch(text)
    if found is None:
        return None
    bare_address, quoted, name, address = found.groups()
    address = bare_address or address
    if not is_address(address):
        return None
    return (name or "" if quoted is None else _ESCAPED.sub(r"\1", quoted)).strip(), address


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


def fits(email: str) -> bool:
    """Tell whether an address may take the pattern's place: it brings no folder, field, query or option of its own.

    >>> fits("ann+x@acme.example"), fits("../../ann@acme.example"), fits("a#b@acme.example"), fits("-c@acme.example")
    (True, False, False, False)
    """
    return _UNFIT.isdisjoint(email) and not email.startswith("-")
