"""Find a provider by its id, a host or a login's domain, in the one compiled file."""

from __future__ import annotations

import json
import os.path
from functools import cache, lru_cache
from typing import Any

from mailspec.providers.hostnames import covers, normal
from mailspec.providers.provider import Provider

COMPILED = os.path.join(os.path.dirname(__file__), "compiled.json")


@cache
def _lines() -> list[bytes]:
    with open(COMPILED, "rb") as file:
        return file.read().splitlines()


@cache
def index() -> dict[str, Any]:
    """Return the index, the array's first item. The others hold a provider each, parsed when asked for."""
    return _item(1)


def _item(line: int) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(_lines()[line].rstrip(b","))  # noqa: TID251 -- a file of our own
    return loaded


def all_ids() -> tuple[str, ...]:
    """List the ids of all providers in order of the alphabet."""
    return tuple(index()["lines"])


def ids_and_aliases() -> tuple[str, ...]:
    """List every word that ``provider:`` takes."""
    return tuple(sorted((*all_ids(), *index()["aliases"])))


@cache
def by_id(name: str) -> Provider | None:
    """Return a provider by id or alias."""
    compiled = index()
    line = compiled["lines"].get(compiled["aliases"].get(name, name))
    return None if line is None else Provider(_item(line))


def match_host(host: str, login: str | None = None) -> Provider | None:
    """Return the provider of a host, in any case and with or without a root dot.

    A few hosts serve several products (smtp.gmail.com: Gmail and Google Workspace). There the domain of the
    ``login`` decides; without a login the host's owner is returned.
    """
    name = normal(host)
    owner = _owner(name)
    if owner is None:
        return None
    domain = _domain(login)
    if domain:
        tenants: dict[str, str] = index()["shared"].get(name, {})
        owner = tenants.get(domain) or (tenants.get("*", owner) if _foreign(owner, domain) else owner)
    return by_id(owner)


# Thousands of accounts reach a few hosts.
@lru_cache(maxsize=256)
def _owner(name: str) -> str | None:
    compiled = index()
    owner: str | None = compiled["hosts"].get(name)
    return owner or next((owner for pattern, owner in compiled["patterns"] if covers(pattern, name)), None)


def by_login_domain(domain: str) -> Provider | None:
    """Return the provider whose mailboxes have addresses in a domain, such as ``gmail.com``."""
    owner = index()["login_domains"].get(normal(domain))
    return None if owner is None else by_id(owner)


def _domain(login: str | None) -> str:
    return "" if login is None or "@" not in login else normal(login.rpartition("@")[2])


def _foreign(owner: str, domain: str) -> bool:
    """Tell whether a shared host's owner has mailbox domains, and this is none of them."""
    return owner in _mailbox_owners() and index()["login_domains"].get(domain) != owner


@cache
def _mailbox_owners() -> frozenset[str]:
    """Return the ids of the providers that have mailbox domains of their own."""
    return frozenset(index()["login_domains"].values())
