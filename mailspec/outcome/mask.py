"""Tell what looks like a secret, and hide it in text that people will read.

Typed secrets never get here; this is for what an author wrote where it does not belong: a password as plain text, under
a misspelt key, in a URL's userinfo, or with a known token's shape.
"""

from __future__ import annotations

import re
from functools import cache

from mailspec.outcome.secret import MASK

# Parts of key names under which people put secrets. `key` alone is too common (ssl_key, sort_key) and is anchored.
_GUARDED_WORDS = (
    r"pass(?!ive)|pwd|psw|secret|token|credential|authorization|bearer|cookie|kennwort|contrase|senha"
    r"|api_?-?key|private_?-?key|access_?-?key|(?:^|[_-])(?:key|pw|pin)$|client_key"
)
# Letters of "password", "secret" or "token" in disorder, as in pasword, passwrod, paswsord, sercet, tokne.
_MISSPELT = r"^(?:\w*[_-])?(?:p[aswrdo]{4,9}d?|s[ecrt]{4,6}|t[oken]{4,5})$"

# Shapes that providers publish for their tokens and nothing else has; see the provider files for each one's source.
_TOKENS = r"""
      SG\.[\w-]{16,32}\.[\w-]{32,64}
    | x(?:smtpsib|keysib)-[\w-]{20,}
    | \bmlsn\.[0-9a-f]{32,}
    | AGE-SECRET-KEY-[A-Z0-9]+
    | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----[\s\S]*?(?:-----END\ [A-Z ]*PRIVATE\ KEY-----|\Z)
"""
_MARKS = ("://", "SG.", "smtpsib-", "keysib-", "mlsn.", "AGE-SECRET-KEY", "PRIVATE KEY")
# Shapes that other text may have too: hiding it does no harm, but it is no proof. Each with a part of it that is looked
# for first, because that is quicker and most text has none.
_LIKE_TOKENS = (
    ("re_", r"\bre_[A-Za-z0-9_]{16,}"),
    ("key-", r"\bkey-[0-9a-f]{32}\b"),
    ("md-", r"\bmd-[\w-]{20,}"),
    ("$ANSIBLE_VAULT;", r"\$ANSIBLE_VAULT;[^\s]+"),
)
_LIKE_WORDS = (
    (r"B[A-P]", r"(?<![A-Za-z0-9+/])B[A-P][A-Za-z0-9+/]{42}(?![A-Za-z0-9+/=])"),
    (r"[ -][a-z]{4}[ -][a-z]{4}[ -][a-z]{4}\b", r"\b[a-z]{4}[ -][a-z]{4}[ -][a-z]{4}[ -][a-z]{4}\b"),
)
_USERINFO = r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<user>[^\s/@:]*)(?::(?P<pass>[^\s/@]*(?:@[^\s/@]*)*))?@"
# Keys whose values are hosts: what stands before the last @ of one is somebody's sign-in.
HOST_WORDS = frozenset({"host", "server_name", "ehlo_name"})
_HOST_WITH_LOGIN = r"(?:host|server_name|ehlo_name)[\"']?\s*:\s*[^\r\n]*@"
_SCHEME = r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?//"
_ADDRESS_OR_HOST = r"[\w.+*-]+(?:@[\w.-]+)?(?::\d+)?|[a-z]+://[\w.:/-]+"
_LONGEST_WORD = 40


@cache
def _compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(pattern, flags)


@cache
def is_secret_key(key: str) -> bool:
    """Tell whether a key's name says that its value is a secret, also when misspelt."""
    return any(_compiled(pattern, re.IGNORECASE).search(key) for pattern in (_GUARDED_WORDS, _MISSPELT))


def looks_secret(value: str) -> bool:
    """Tell whether a text is more like a password than like a word, a host or an address."""
    kinds = ("[a-z]", "[A-Z]", "[0-9]", r"[^A-Za-z0-9\s]")
    if len(value) < 8:
        return False
    mixed = sum(re.search(kind, value) is not None for kind in kinds) >= 3
    return mixed and re.fullmatch(_ADDRESS_OR_HOST, value) is None


def may_be_secret(name: str) -> bool:
    """Tell whether a word that only needs to be a name is more like a password."""
    return len(name) >= 16 or looks_secret(name) or (len(name) >= 8 and re.search("[0-9]", name) is not None)


def may_hold_secret(text: str) -> bool:
    """Tell quickly whether :func:`holds_secret` can be true of any part of a text."""
    for mark in _MARKS:  # noqa: SIM110 (a generator takes three times as long, and every file is asked)
        if mark in text:
            return True
    return False


def holds_secret(value: str) -> bool:
    """Tell whether a text certainly holds a secret: a URL with a password, or a provider's token."""
    found = _compiled(_USERINFO).search(value) if "://" in value else None
    return bool(found and found["pass"]) or _tokens().search(value) is not None


def may_hold_login(text: str) -> bool:
    """Tell quickly whether a host in a text may have a sign-in before it."""
    return "@" in text and _compiled(_HOST_WITH_LOGIN).search(text) is not None


def host_login(host: str) -> str:
    """Return what stands before the last @ of a host: a user name, often with the password; ``""`` for none.

    >>> host_login("smtp://hub:pa/ss#w@mail.acme.example")
    'smtp://hub:pa/ss#w'
    """
    return host.rpartition("@")[0]


def mask_host(host: str) -> str:
    """Return a host with its sign-in hidden.

    >>> mask_host("smtp://hub:pa/ss#w@mail.acme.example"), mask_host("hub@mail.acme.example")
    ('smtp://********@mail.acme.example', '********@mail.acme.example')
    """
    login = host_login(host)
    if not login:
        return host
    scheme = _compiled(_SCHEME).match(host)
    return f"{scheme[0] if scheme else ''}{MASK}@{host[len(login) + 1 :]}"


def mask_known(text: str) -> str:
    """Hide what is certainly secret: credentials in URLs, and tokens that have a shape of their own."""
    if not may_hold_secret(text):
        return text
    text = _compiled(_USERINFO).sub(lambda found: f"{found['scheme']}{MASK}@", text)
    return _tokens().sub(MASK, text)


def mask_shapes(text: str) -> str:
    """Hide also what other text may look like: for values, not for sentences."""
    text = mask_known(text)
    for pattern in _like_tokens(text):
        text = pattern.sub(MASK, text)
    return text


def shown_key(key: str) -> str:
    """Return a key as a message may name it: of one that is no word only its first word, of a password nothing.

    Where a colon or a space is missing, or a comma too many, the secret itself is read as a key or a part of one.
    """
    if len(key) >= 8 and all(re.search(kind, key) for kind in ("[a-z]", "[A-Z]", "[0-9]")):
        return "…"
    if re.fullmatch(r"[\w.-]*", key) and len(key) <= _LONGEST_WORD:
        return key
    first = re.match(r"[\w.-]*", key)
    return f"{first[0][:_LONGEST_WORD] if first else ''}…"


def blank(text: str) -> str:
    """Replace each visible character by an asterisk, so that columns and line breaks stay."""
    return _compiled(r"\S").sub("*", text)


def blank_shapes(text: str) -> str:
    """Like :func:`mask_shapes`, but columns stay."""
    if "://" in text:
        text = _compiled(_USERINFO).sub(
            lambda found: found["scheme"] + blank(found[0][len(found["scheme"]) : -1]) + "@", text
        )
    patterns = _like_tokens(text)
    if may_hold_secret(text):
        patterns.append(_tokens())
    if "#" in text:
        patterns.append(_in_comments())
    for pattern in patterns:
        text = pattern.sub(lambda found: blank(found[0]), text)
    return text


def _tokens() -> re.Pattern[str]:
    return _compiled(_TOKENS, re.VERBOSE)


def _like_tokens(text: str) -> list[re.Pattern[str]]:
    return [_compiled(whole) for part, whole in _LIKE_TOKENS if part in text] + [
        _compiled(whole) for part, whole in _LIKE_WORDS if _compiled(part).search(text)
    ]


def _in_comments() -> re.Pattern[str]:
    """What follows a secret-looking word in a comment."""
    return _compiled(rf"#[^\r\n]*?(?:{_GUARDED_WORDS})[\w-]*[\"']?[ \t]*[:=][^\r\n]*", re.IGNORECASE)
