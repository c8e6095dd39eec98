"""Two causes in one text: a log or a report that quotes two refusals of different kinds is told as both.

Only replies with a code of their own are taken apart. What follows from another refusal (a sign-in that is wanted
because the sign-in was refused, a connection that is closed after it) is no second cause.
"""

from __future__ import annotations

import re

from mailspec.outcome.mail import Diagnosis

# A reply's beginning: its code, then an enhanced code or words (RFC 5321 section 4.2); "535-" goes on.
_REPLY = re.compile(r"(?:^|(?<=[\s\"'(:;,>]))([45]\d\d)(?=[ -](?:[45]\.\d{1,3}\.\d{1,3}|[A-Z<\"(]))", re.MULTILINE)
_MOST = 5
_SIGN_IN = frozenset({"auth_failed", "app_password_required", "auth_method_unsupported", "basic_auth_disabled"})
_TLS = frozenset({"tls_mode_mismatch", "tls_handshake", "certificate"})
_NO_CAUSE = frozenset({"unknown", "timeout", "server_unavailable"})


def replies_in(text: str) -> list[str]:
    """Return the replies that a text quotes, lines of one code joined; none where there is but one.

    The first keeps what stands before it: who spoke, and at which command.
    """
    found: list[tuple[str, int]] = []
    for match in _REPLY.finditer(text):
        if not found or found[-1][0] != match[1]:
            found.append((match[1], match.start(1) if found else 0))
    ends = [start for _, start in found[1:]] + [len(text)]
    replies = [text[start:end].strip() for (_, start), end in zip(found, ends, strict=bool(found))]
    return replies[:_MOST] if len(replies) > 1 else []


def is_further(known: list[Diagnosis], found: Diagnosis) -> bool:
    """Tell whether a diagnosis is a cause of its own beside those that are known."""
    return found.category not in _NO_CAUSE and _root(found) not in {_root(one) for one in known}


def _root(found: Diagnosis) -> str:
    """Name what a diagnosis comes from in the end: without a sign-in nothing is passed on, say."""
    if found.category in _SIGN_IN or (found.category, found.detail) == ("relay_denied", "sign_in_required"):
        return "sign-in"
    return "tls" if found.category in _TLS else found.category
