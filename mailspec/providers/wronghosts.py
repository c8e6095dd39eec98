"""Hosts that are certainly not for sending: IMAP and POP servers, and names that a provider has given up."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from mailspec.providers.facts import Fact
from mailspec.providers.hostnames import normal
from mailspec.providers.index import by_id, index, match_host

_READING = {"imap": "IMAP", "imap4": "IMAP", "imaps": "IMAP", "pop": "POP3", "pop3": "POP3", "pops": "POP3"}


class WrongHost(NamedTuple):
    """Why a host is wrong and what to write. ``kind``: ``imap``, ``pop``, ``retired`` or ``other``.

    ``fact`` is ``None`` where only the name speaks: then it is a guess and must not be an error on its own.
    """

    kind: str
    reason: str
    help: str
    use: str | None
    provider: str | None
    fact: Fact | None


@lru_cache(maxsize=256)
def wrong_host(host: str) -> WrongHost | None:
    """Return why a host is wrong, or ``None``. A provider's documented sending host is never wrong."""
    name = normal(host)
    provider = by_id(index()["wrong_hosts"].get(name, ""))
    if provider is not None:
        entry = next(part for part in provider.data["wrong_hosts"] if name in part["hosts"])
        use = entry.get("use")
        help_ = f"Write host: {use}." if use else ""
        return WrongHost(entry["kind"], entry["text"], help_, use, provider.id, provider.fact(entry))
    protocol = _READING.get(name.partition(".")[0])
    if protocol is None or match_host(name) is not None:
        return None
    reason = f"{host} looks like a server for {protocol}, which is for reading mail, not for sending."
    kind = "imap" if protocol == "IMAP" else "pop"
    return WrongHost(kind, reason, "Write the provider's SMTP host.", None, None, None)
