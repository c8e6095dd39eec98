"""Domains: how they are sent and written (IDNA), and those that mix scripts or pose as another one."""

from __future__ import annotations

import re
from typing import NamedTuple

# Scripts that are written together: UTS 39 section 5.2, "Highly Restrictive".
_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
# Cyrillic letters that are drawn like Latin ones; a label of nothing else poses as a Latin one. After Chromium's
# documentation "Internationalized Domain Names (IDN) in Google Chrome", whole-script confusables.
_LIKE_LATIN = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡ")
_IN_NO_DOMAIN = re.compile(r"[\x00-\x20/\\@\x7f]|\.\.|^\.")


def mixed_script(domain: str) -> bool:
    """Tell whether a label of a domain mixes scripts that are not written together, or poses as a Latin one.

    Labels in punycode are looked at as what they stand for.
    """
    lowered = domain.lower()
    if lowered.isascii() and "xn--" not in lowered:
        return False
    import unicodedata

    labels = [unicodedata.normalize("NFKC", _decoded(label)).lower() for label in lowered.split(".")]
    latin_end = labels[-1].isascii()
    for label in labels:
        scripts = {script for script in map(_script, label) if script}
        if len(scripts) > 1 and not any(scripts <= allowed for allowed in _TOGETHER):
            return True
        letters = [character for character in label if character.isalpha()]
        if latin_end and letters and _LIKE_LATIN.issuperset(letters):
            return True
    return False


class NoDomain(NamedTuple):
    """Why a text is not a domain that can be asked for, in words."""

    reason: str


def ascii_domain(domain: str) -> str | NoDomain:
    """Return a host or domain as it is sent and as programs get it: A-labels (RFC 5891), without a root dot.

    Letters are mapped as UTS 46 has it, without its transitional part: an ``ß`` stays one. ASCII stays as it is,
    capitals too (RFC 4343), and so do IP addresses.
    """
    name = domain.strip()
    if not name.isascii():
        import idna

        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except UnicodeError as error:
            return NoDomain(str(error))
    name = name.removesuffix(".")
    if not name:
        return NoDomain("nothing is left of it")
    wrong = _IN_NO_DOMAIN.search(name)
    return name if wrong is None else NoDomain(f"{wrong[0]!a} cannot stand in a domain")


def ascii_address(address: str) -> str | NoDomain:
    """Return an e-mail address with its domain as :func:`ascii_domain` has it; what stands before the @ is kept."""
    local, at, domain = address.rpartition("@")
    name = ascii_domain(domain)
    return name if isinstance(name, NoDomain) else local + at + name


def punycode(domain: str) -> str:
    """Return a domain to show or to compare; what IDNA 2008 does not allow is encoded all the same."""
    name = ascii_domain(domain)
    if isinstance(name, str):
        return name
    labels = domain.lower().split(".")
    return ".".join(x if x.isascii() else "xn--" + x.encode("punycode").decode("ascii") for x in labels)


def _decoded(label: str) -> str:
    if not label.startswith("xn--") or not label.isascii():
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except ValueError:
        return label


def _script(character: str) -> str:
    """Return the script of a letter, ``""`` for what belongs to all of them.

    The name's first word is the script for every script that registries allow in domains.
    """
    if character.isascii():
        return "LATIN" if character.isalpha() else ""
    import unicodedata

    if unicodedata.category(character)[0] not in "L":
        return ""
    word = unicodedata.name(character, "UNKNOWN").split()[0]
    return "" if word in {"MODIFIER", "KATAKANA-HIRAGANA"} else "CJK" if word == "IDEOGRAPHIC" else word
