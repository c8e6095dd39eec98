"""Find a provider by its id, a host or a login's domain, in the one compiled file."""

from __future__ import annotations

import json
import os.path
from functools import cache
from typing import Any

from mailspec.providers.hostnames import covers, normal
from mailspec.providers.provider import Provider

COMPILED = os.path.join(os.path.dirname(__file__), "compiled.json")


@cache
def compiled() -> dict[str, Any]:
    """Return the compiled data, read once and only when something asks for it."""
    with open(COMPILED, "rb") as file:
        loaded: dict[str, Any] = json.loads(file.read())
    return loaded


def all_ids() -> tuple[str, ...]:
    """List the ids of all providers in order of the alphabet."""
    return tuple(compiled()["providers"])


def ids_and_aliases() -> tuple[str, ...]:
    """List every word that ``provider:`` takes."""
    return tuple(sorted((*all_ids(), *compiled()["aliases"])))


@cache
def by_id(name: str) -> Provider | None:
    """Return a provider by id or alias."""
    held = compiled()
    data = held["providers"].get(held["aliases"].get(name, name))
    return None if data is None else Provider(data)


def match_host(host: str, login: str | None = None) -> Provider | None:
    """Return the provider of a host, in any case and with or without a root dot.

    A few hosts serve several products (smtp.gmail.com: Gmail and Google Workspace). There the domain of the
    ``login`` decides; without a login the host's owner is returned.
    """
    name = normal(host)
    index = compiled()
    owner = index["hosts"].get(name) or next(
        (owner for pattern, owner in index["patterns"] if covers(pattern, name)), None
    )
    if owner is None:
        return None
    domain = _domain(login)
    if domain:
        tenants: dict[str, str] = index["shared"].get(name, {})
        owner = tenants.get(domain) or (tenants.get("*", owner) if _foreign(owner, domain) else owner)
    return by_id(owner)


def by_login_domain(domain: str) -> Provider | None:
    """Return the provider whose mailboxes have addresses in a domain, such as ``gmail.com``."""
    owner = compiled()["login_domains"].get(normal(domain))
    return None if owner is None else by_id(owner)


def _domain(login: str | None) -> str:
    return "" if login is None or "@" not in login else normal(login.rpartition("@")[2])


def _foreign(owner: str, domain: str) -> bool:
    own = compiled()["providers"][owner].get("login_domains")
    return own is not None and domain not in own["domains"]
