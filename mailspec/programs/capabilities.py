"""What a program can keep of what is declared, each fact with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What can be said of a program, and the words for it; the first is the one that keeps what is declared.
FEATURES: dict[str, tuple[str, ...]] = {
    "starttls": ("enforced", "opportunistic"),
    "certificates": ("verified", "name not verified", "not verified"),
    "implicit_tls": ("any port", "these ports", "none"),
    "starttls_ports": ("any port", "these ports", "none"),
    "from_name": ("kept", "lost"),
    "own_ca": ("setting", "environment", "none"),
    "clear_sign_in": ("possible", "loopback", "refused"),
    "methods": ("any", "these"),
}
RUN, READ = "run here", "words from source, not run"
MAILER = "words from source, its mailer run here"


@dataclass(frozen=True, slots=True)
class Capability:
    """One fact. ``ports`` and ``methods`` go with "these"; ``by`` is what carries the authority's file instead.

    ``source`` says where it comes from, ``proof`` whether it was run, ``checked`` when.
    """

    feature: str
    value: str
    source: str
    proof: str
    checked: str
    ports: tuple[int, ...] = ()
    methods: tuple[str, ...] = ()
    by: str = ""
    says: str = ""
    since: str | None = None
    until: str | None = None


def capabilities_of(data: Mapping[str, Any]) -> tuple[Capability, ...]:
    """Return the facts of a program's data; one without a source of its own has the program's."""
    return tuple(
        Capability(
            feature=str(entry["feature"]),
            value=str(entry["value"]),
            source=str(entry.get("source", data.get("source", ""))),
            proof=str(entry.get("proof", data.get("proof", READ))),
            checked=str(entry.get("checked", data.get("checked", ""))),
            ports=tuple(entry.get("ports", ())),
            methods=tuple(entry.get("methods", ())),
            by=str(entry.get("by", "")),
            says=str(entry.get("says", "")),
            since=entry.get("since"),
            until=entry.get("until"),
        )
        for entry in data.get("facts", ())
    )
