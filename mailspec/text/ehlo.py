"""What may stand in EHLO: a domain, or an address in brackets (RFC 5321, sections 4.1.1.1 and 4.1.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mailspec.text.domain import ascii_domain

if TYPE_CHECKING:
    import ipaddress

_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")


class EhloProblem(NamedTuple):
    """Why a name is not taken. ``use`` is what was meant, where that is certain; ``only_odd``: some servers take it."""

    reason: str
    use: str | None = None
    only_odd: bool = False


def ehlo_problem(name: str) -> EhloProblem | None:
    """Return what is wrong with a name for EHLO, ``None`` where it is a domain or an address literal."""
    if name.startswith("[") and name.endswith("]"):
        return _literal(name[1:-1])
    address = _address(name)
    if address is not None:
        literal = f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"
        return EhloProblem("an address stands in brackets there.", literal)
    if not name.isascii():
        sent = ascii_domain(name)
        use = sent if isinstance(sent, str) and ehlo_problem(sent) is None else None
        return EhloProblem("it has letters beyond ASCII; international names are written with xn--.", use)
    if not _DOMAIN.fullmatch(name) or len(name) > 255:
        return EhloProblem("it is no domain name: only letters, digits, hyphens and dots may stand in one.")
    if name.rstrip(".").rpartition(".")[2].isdigit():
        return EhloProblem("a number is no domain name.")
    if "." not in name.rstrip("."):
        return EhloProblem("it is not a full name; servers that check it refuse one without a dot.", only_odd=True)
    return None


def _literal(inner: str) -> EhloProblem | None:
    tagged = inner[:5].lower() == "ipv6:"
    address = _address(inner[5:] if tagged else inner)
    if address is None:
        return EhloProblem("what stands in brackets is no address.")
    if address.version == 6 and not tagged:
        return EhloProblem("an IPv6 address needs its tag there.", f"[IPv6:{address}]")
    if address.version == 4 and tagged:
        return EhloProblem("that is an IPv4 address.", f"[{address}]")
    return None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    # Imported only for names that are looked at; most accounts have none.
    import ipaddress

    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
