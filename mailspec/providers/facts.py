"""What a judgement stands on: a fact's source, and the verdict drawn from it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Confidence = Literal["vendor", "secondary", "unchecked"]
Kind = Literal["ok", "refused", "odd", "unknown"]
# The effective setting that a verdict is about, in the language's dotted names.
Field = Literal["host", "port", "security", "auth.method", "auth.username", "auth.password", "from.email", "limits"]


class Fact(NamedTuple):
    """Where a statement about a provider comes from.

    ``checked`` is the page's own date where it has one, else the day it was read (ISO 8601). ``confidence``:
    ``vendor`` (the provider's own words), ``secondary`` (somebody else's), ``unchecked`` (from memory).
    """

    source: str
    checked: str
    confidence: Confidence


class Verdict(NamedTuple):
    """What is known of one setting at one provider.

    ``ok``: documented, or nothing speaks against it. ``refused``: will certainly fail. ``odd``: not what the
    provider documents, yet it may work. ``unknown``: nothing is known. ``reason`` never holds a secret.
    """

    kind: Kind
    reason: str = ""
    help: str = ""
    field: Field | None = None
    fact: Fact | None = None

    @property
    def severity(self) -> Literal["error", "warning"] | None:
        """Only what the vendor says itself makes an error; everything else that is wrong or odd warns."""
        if self.kind == "refused":
            return "error" if self.fact is not None and self.fact.confidence == "vendor" else "warning"
        return "warning" if self.kind == "odd" else None


def failing(certain: bool) -> Kind:
    """Return the kind for what will certainly fail, or merely is not what is documented."""
    return "refused" if certain else "odd"


OK = Verdict("ok")
UNKNOWN = Verdict("unknown")
