"""Hides an account's secrets in what a server said: some servers echo what they got."""

from __future__ import annotations

import base64
import json
import re
import shlex
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from mailspec.mail.account import Account
from mailspec.outcome.secret import MASK, Secret

# A short secret's encoded forms are too short to mean anything else but chance.
_SHORTEST_ENCODED = 4


class Mask:
    """Replaces each secret, raw and encoded, by asterisks. Built once for an account."""

    __slots__ = ("_pattern",)

    def __init__(self, secrets: list[Secret]) -> None:
        needles = {needle for secret in secrets if secret for needle in _forms(secret.reveal())}
        # The longest first, so that no part of a form is left standing.
        ordered = sorted(needles, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE) if ordered else None

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)


def mask_for(account: Account, *more: Secret) -> Mask:
    """Return the mask for all that an account holds, and secrets got on the way such as access tokens."""
    held = [account.password, account.client_key]
    return Mask([*(secret for secret in held if isinstance(secret, Secret)), *more])


def _forms(value: str) -> Iterator[str]:
    yield value
    if value.strip() != value and value.strip():
        yield value.strip()
    if len(value) < _SHORTEST_ENCODED:
        return
    raw = value.encode("utf-8", "surrogatepass")
    yield raw.hex()
    yield raw.hex(":")
    yield raw.hex(" ")
    yield from (quote(raw, safe=""), quote(raw), quote_plus(raw))
    yield from (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], shlex.quote(value))
    yield value.encode("ascii", "backslashreplace").decode()
    yield repr(raw)[2:-1]
    yield from _base64_forms(raw)


def _base64_forms(raw: bytes) -> Iterator[str]:
    """The part of base64 that the secret alone decides, at the three offsets in which it can stand."""
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw).decode()
        # The first characters mix with what stands before, the last with what follows.
        start = (0, 2, 3)[offset]
        end = len(encoded) - (0, 3, 2)[(offset + len(raw)) % 3]
        form = encoded[start:end]
        if len(form) >= _SHORTEST_ENCODED:
            yield form
            yield form.replace("+", "-").replace("/", "_")
