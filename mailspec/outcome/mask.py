"""Hide what looks like a secret in text that people will read.

Typed secrets never get here; this is for what an author wrote where it does not belong: a password as plain text, under
a misspelt key, in a URL's userinfo, or with a known token's shape.
"""

from __future__ import annotations

import re

from mailspec.outcome.secret import MASK

# Parts of key names under which people put secrets. `key` alone is too common (ssl_key, sort_key) and is anchored.
_SECRET_WORDS = re.compile(
    r"pass(?!ive)|pwd|psw|secret|token|credential|api_?-?key|private_?-?key|access_?-?key|(?:^|[_-])(?:key|pw|pin)$|client_key",
    re.IGNORECASE,
)
# Letters of "password" in disorder, as in pasword, passwrod, passowrd, paswsord.
_MISSPELT = re.compile(r"^(?:\w*[_-])?p[aswrdo]{4,9}d?$", re.IGNORECASE)

# Shapes that providers publish for their tokens; see the provider files for each one's source.
_SHAPES = re.compile(
    r"""
      SG\.[\w-]{16,32}\.[\w-]{32,64}
    | x(?:smtpsib|keysib)-[\w-]{20,}
    | \bre_[A-Za-z0-9_]{16,}
    | \bkey-[0-9a-f]{32}\b
    | \bmd-[\w-]{20,}
    | \bmlsn\.[0-9a-f]{32,}
    | (?<![A-Za-z0-9+/])B[A-P][A-Za-z0-9+/]{42}(?![A-Za-z0-9+/=])
    | \b[a-z]{4}[ -][a-z]{4}[ -][a-z]{4}[ -][a-z]{4}\b
    | \$ANSIBLE_VAULT;[^\s]+
    | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----[\s\S]*?(?:-----END\ [A-Z ]*PRIVATE\ KEY-----|\Z)
    | AGE-SECRET-KEY-[A-Z0-9]+
    """,
    re.VERBOSE,
)
_USERINFO = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<user>[^\s/@:]*)(?::(?P<pass>[^\s/@]*))?@")
_KEY = re.compile(r"""(?P<key>[\w.-]+)["']?\s*[:=](?:\s|$)\s*|(?P<env>[A-Za-z_]\w*)=""")
# What may be shown of a file that cannot be parsed: words whose values are no secrets.
_SHOWN = frozenset(
    """
    version name id deployment env_prefix host port security method mode state type email from provider timeout
    send_as permission configuration path preset dialect requires require_tls validate_certs trigger needs
    """.split()  # noqa: SIM905
)


def is_secret_key(key: str) -> bool:
    """Tell whether a key's name says that its value is a secret, also when misspelt."""
    return bool(_SECRET_WORDS.search(key) or _MISSPELT.match(key))


def mask_shapes(text: str) -> str:
    """Hide tokens of a known shape and credentials in URLs."""
    return _SHAPES.sub(MASK, _USERINFO.sub(lambda found: f"{found['scheme']}{MASK}@", text) if "://" in text else text)


def blank(text: str) -> str:
    """Replace each visible character by an asterisk, so that columns and line breaks stay."""
    return re.sub(r"\S", "*", text)


def blank_shapes(text: str) -> str:
    """Like :func:`mask_shapes`, but columns stay."""
    if "://" in text:
        text = _USERINFO.sub(lambda found: found["scheme"] + blank(found[0][len(found["scheme"]) : -1]) + "@", text)
    return _SHAPES.sub(lambda found: blank(found[0]), text)


def blank_assignments(text: str, *, parsed: bool) -> str:
    """Hide what follows secret-looking keys, and deeper lines below them; columns stay.

    A text that could not be parsed (``parsed`` false) shows only what follows the language's harmless words.
    """
    lines = blank_shapes(text).splitlines(keepends=True)
    below: int | None = None
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if below is not None and line.strip():
            if indent > below:
                lines[number] = blank(line[: len(line.rstrip())]) + line[len(line.rstrip()) :]
                continue
            below = None
        keys = list(_KEY.finditer(line))
        secret = next((key for key in keys if is_secret_key(key["key"] or key["env"])), None)
        if secret is not None:
            lines[number] = line[: secret.end()] + blank(line[secret.end() :].rstrip("\r\n")) + _ending(line)
            below = indent
        elif not parsed and (not keys or (keys[-1]["key"] or "") not in _SHOWN):
            start = keys[-1].end() if keys else 0
            lines[number] = line[:start] + blank(line[start:].rstrip("\r\n")) + _ending(line)
    return "".join(lines)


def _ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
