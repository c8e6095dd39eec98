"""MS301 for secrets where nobody looks for one: in URLs and headers, a provider's token under any key."""

from __future__ import annotations

import re
from typing import Any

from mailspec.load.item import Path, in_own_key, leaves, place_of, pointer
from mailspec.outcome.finding import Finding
from mailspec.outcome.mask import HOST_WORDS, holds_secret, host_login, mask_host, mask_known
from mailspec.outcome.report import finding
from mailspec.outcome.secret import MASK
from mailspec.text import Document

# Names of headers whose values are secrets.
_HEADERS = r"authorization|passw|secret|token|bearer|cookie|api-?key"


def exposed(document: Document, data: dict[str, Any]) -> tuple[list[Finding], dict[str, Any]]:
    """Return a finding for each value that certainly holds a secret, and the data without these secrets.

    The rest of such a value stays: a host that is a whole URL is still a wrong host.
    """
    found = []
    for path in leaves(data):
        if in_own_key(path):
            continue
        value: Any = data
        for step in path:
            value = value[step]
        if isinstance(value, str) and path[-1] in HOST_WORDS and host_login(value):
            login = host_login(value)
            if ":" not in login and "//" not in login:
                # No password; MS105 says that it is no host.
                data = _with(data, path, mask_host(value))
                continue
            found.append(_finding("a host with a sign-in before it", document, path))
            data = _with(data, path, mask_host(value).replace(f"{MASK}@", ""))
            continue
        what = _what(path, value) if isinstance(value, str) else ""
        if not what:
            continue
        found.append(_finding(what, document, path))
        rest = mask_known(value).replace(f"{MASK}@", "")
        data = _with(data, path, MASK if rest == value else rest)
    return found, data


def _finding(what: str, document: Document, path: Path) -> Finding:
    return finding(
        "MS301",
        f"This is {what}. Anyone who can read the repository can read it.",
        place_of(document, path),
        path=pointer(path),
        help="Take the secret out of the file, give it by a reference such as password: {env: NAME}, and "
        "change it, since it may have been committed.",
    )


def _what(path: Path, value: str) -> str:
    """Return what kind of secret a value is, ``""`` for none."""
    if holds_secret(value):
        return "a URL with a password" if "://" in value else "a provider's key or token"
    header = len(path) > 1 and path[-2] == "headers" and re.search(_HEADERS, str(path[-1]), re.IGNORECASE)
    return "a secret that every mail would carry" if header else ""


def _with(data: Any, path: Path, value: str) -> Any:
    """Return data with another value at a path; nothing shared with others is changed."""
    if not path:
        return value
    copy = data.copy()
    copy[path[0]] = _with(data[path[0]], path[1:], value)
    return copy
