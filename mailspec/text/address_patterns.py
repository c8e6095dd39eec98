"""Patterns of addresses and domains, in the lists of a policy, of limits and of ``may_send_as``.

What is compared is what is asked for and sent: A-labels without a root dot, so that a domain is one however it is
written (capitals, full-width letters, an international form). What cannot be sent is named by no pattern but ``*``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from mailspec.text.domain import NoDomain, ascii_domain

_ROUTES = frozenset("%!@")


def covered(address: str, patterns: Iterable[str]) -> bool:
    """Tell whether an address is covered by one of ``address``, ``*@domain``, ``*@*.domain`` or ``*``.

    >>> covered("Ada@XN--BCHER-KVA.example", ["*@bücher.example"]), covered("ada@evil/.acme.example", ["*@*.example"])
    (True, False)
    """
    exact, domains, below = _index(tuple(patterns))
    if "*" in exact:
        return True
    known = comparable_address(address)
    if known is None:
        return False
    local, _, domain = known.rpartition("@")
    if known in exact:
        return True
    # A relay may take such an address for a route (RFC 5321, section C.2; "the % hack"), and send it to another domain.
    return _ROUTES.isdisjoint(local) and (domain in domains or domain.endswith(below))


def domain_covered(domain: str, patterns: Iterable[str]) -> bool:
    """Tell whether a domain is one of the patterns, or below one that starts with ``*.``.

    >>> domain_covered("post.acme.example.", ["*.ACME.example"]), domain_covered("acme.example", ["*.acme.example"])
    (True, False)
    """
    return covered(f"x@{domain}", [f"*@{pattern}" for pattern in patterns])


@lru_cache(maxsize=16)
def _index(patterns: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    """Return patterns as whole addresses, domains, and ends of domains: thousands of addresses meet one long list."""
    exact = frozenset(
        known for pattern in patterns if (known := "*" if pattern == "*" else comparable_address(pattern)) is not None
    )
    domains = frozenset(pattern[2:] for pattern in exact if pattern.startswith("*@"))
    return exact, domains, tuple(domain[1:] for domain in domains if domain.startswith("*."))


def comparable_address(address: str) -> str | None:
    """Return an address as it is compared, ``None`` where nothing could be sent to it.

    Before the @ only ASCII letters are the same as capitals: a mailbox of other letters is another one (RFC 6531,
    section 3.2), and the sign for kelvin is no k.
    """
    local, at, domain = address.rpartition("@")
    # Only in quotes an @ is a part of a mailbox's name; else who reads the address from its start sees another domain.
    name = comparable_domain(domain) if at and ("@" not in local or local.startswith('"')) else None
    return None if name is None else f"{local.lower() if local.isascii() else local}@{name}"


def comparable_domain(domain: str) -> str | None:
    """Return a domain or a pattern of one as it is compared, ``None`` where nothing could be sent to it."""
    below = "*." if domain.startswith("*.") else ""
    name = ascii_domain(domain.removeprefix("*."))
    return None if isinstance(name, NoDomain) else below + name.lower()
