"""Domains that mix scripts or pose as another one, and how they look in the DNS."""

from __future__ import annotations

# Scripts that are written together: UTS 39 section 5.2, "Highly Restrictive".
_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
# Cyrillic letters that are drawn like Latin ones; a label of nothing else poses as a Latin one. After Chromium's
# documentation "Internationalized Domain Names (IDN) in Google Chrome", whole-script confusables.
_LIKE_LATIN = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡ")


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


def punycode(domain: str) -> str:
    """Return a domain as it stands in the DNS; what IDNA 2008 does not allow is encoded all the same."""
    if domain.isascii():
        return domain
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
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
