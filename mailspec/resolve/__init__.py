"""What really holds for a configuration, a person, a mailing, the bulk account: each field with its origin."""

from __future__ import annotations

from mailspec.load.spec import Spec
from mailspec.model.effective import Effective
from mailspec.resolve.mailings import bulk, bulk_account, mailing, mobile
from mailspec.resolve.resolver import Resolver
from mailspec.resolve.variables import Variables

__all__ = [
    "Resolver",
    "Variables",
    "activation_of_accounts",
    "bulk",
    "bulk_account",
    "effective",
    "mailing",
    "mobile",
    "names",
]


def names(spec: Spec) -> list[tuple[str, str]]:
    """Return kind and name of everything that can be asked for."""
    known = [("configuration", name) for name in spec.configurations]
    known += [("group", name) for name in spec.groups]
    known += [("user", str(item.get("email"))) for item in spec.users.values()]
    known += [("mailing", name) for name in spec.mailings]
    return [*known, ("bulk", "bulk"), ("mobile", "mobile")]


def effective(resolver: Resolver, kind: str, name: str) -> Effective:
    """Return what holds for one object.

    Raises:
        KeyError: nothing of this kind and name is declared.
    """
    if kind == "configuration":
        if name not in resolver.spec.configurations:
            raise KeyError(name)
        return resolver.configuration(name)
    if kind == "user":
        return resolver.person(name.lower())
    if kind == "group":
        return resolver.group(name)
    if kind == "mailing":
        return mailing(resolver, name)
    if kind == "bulk":
        return bulk_account(resolver)
    if kind == "mobile":
        return mobile(resolver)
    raise KeyError(name)


def activation_of_accounts(resolver: Resolver) -> dict[str, str]:
    """Return the configurations that are in use, each with what uses it."""
    used: dict[str, str] = {}
    if resolver.activation.verdict in ("all_inactive", "none_declared"):
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
