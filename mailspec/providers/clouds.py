"""Microsoft's clouds: the worldwide one, and the national ones with issuers, servers and a Graph of their own."""

from __future__ import annotations

from mailspec.providers.index import all_ids, by_id
from mailspec.providers.provider import Provider

WORLDWIDE = "microsoft365"


def cloud(named: str | None) -> Provider | None:
    """Return the cloud of an office365 account: the one that is named, else the worldwide one."""
    found = None if named is None else by_id(named)
    return found if found is not None and found.graph is not None else by_id(WORLDWIDE)


def is_cloud(named: str | None) -> bool:
    """Tell whether a provider is one of the clouds that office365 accounts can be in."""
    found = None if named is None else by_id(named)
    return found is not None and found.graph is not None


def cloud_at(host: str) -> Provider | None:
    """Return the cloud that a host of scopes or of Graph belongs to."""
    clouds = (found for name in all_ids() if (found := by_id(name)) is not None and found.graph is not None)
    return next((found for found in clouds if host in found.resources), None)
