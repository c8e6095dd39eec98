"""Which accounts mail is sent by, and what each is known by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.resolve.mailings import bulk
from mailspec.resolve.resolver import Resolver

AccountKey = tuple[str, str, str]


def activation_of_accounts(resolver: Resolver) -> dict[str, str]:
    """Return the configurations that are in use, each with what uses it."""
    used: dict[str, str] = {}
    if resolver.activation.is_off:
        return used  # mail is off, even where one is named
    if resolver.activation.active is not None:
        used[resolver.activation.active] = "it is the active one"
    settings = bulk(resolver)
    if settings.mode.value != "not_configured" and settings.configuration is not None:
        used.setdefault(settings.configuration, "the bulk account is this one")
    named = resolver.spec.general.get("users", "configuration")
    if named in resolver.spec.configurations:
        used.setdefault(named, "people copy its server")
    for name, target in resolver.spec.targets.items():
        wanted = target.get("configuration")
        if wanted in resolver.spec.configurations:
            used.setdefault(wanted, f"target '{name}' writes it")
    for name in list(used):
        for standing in resolver.configuration(name).fallback or ():
            if standing in resolver.spec.configurations:
                used.setdefault(standing, f"it stands in for '{name}'")
    return used


class InUse(NamedTuple):
    """An account that mail is sent by, with what uses it.

    ``people`` are the identities of those who have it, each by their own login: ``settings`` are the first one's. It is
    empty for a configuration.
    """

    settings: Effective
    why: str
    people: Sequence[str] = ()

    def logins(self) -> Iterator[tuple[str, list[AccountKey]]]:
        """Yield each person, or the configuration, with what the account is known by."""
        keys = account_keys(self.settings)
        if not self.people:
            yield self.settings.name, keys
            return
        login = self.settings.value(Settings.auth.oauth.account) or self.settings.value(Settings.auth.username)
        by_address = login is not None and login.origin == "email"
        for identity in self.people:
            yield identity, [(kind, where, identity) for kind, where, _ in keys] if by_address else keys


def accounts_in_use(resolver: Resolver) -> Iterator[InUse]:
    """Yield all accounts that mail is sent by in one environment, those of thousands of people as one."""
    for name in activation_of_accounts(resolver):
        yield InUse(resolver.configuration(name), f"'{name}'")
    for first, identities in resolver.people.alike:
        if first.word in ("smtp", "office365"):
            yield InUse(first, first.name, identities)


def account_keys(settings: Effective) -> list[AccountKey]:
    """Return what an account is known by: provider or host, and the user name."""
    login = str(settings.auth.oauth.account or settings.auth.username or "").lower()
    if settings.mode == "office365":
        return [("office365", str(settings.auth.oauth.tenant or "").lower(), login)] if login else []
    if settings.host is None:
        return []
    host = ("host", str(settings.host).lower().rstrip("."), login)
    return [host, ("provider", str(settings.provider), login)] if login and settings.provider else [host]
