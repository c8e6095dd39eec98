"""What really holds for a configuration, a person, a mailing, the bulk account: each field with its origin."""

from __future__ import annotations

from mailspec.load.spec import Spec
from mailspec.model.effective import Effective
from mailspec.resolve.environments import Environments
from mailspec.resolve.in_use import accounts_in_use, activation_of_accounts
from mailspec.resolve.mailings import bulk, bulk_account, mailing, mobile
from mailspec.resolve.resolver import Resolver
from mailspec.resolve.variables import Variables

__all__ = [
    "Environments",
    "Resolver",
    "Variables",
    "accounts_in_use",
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
