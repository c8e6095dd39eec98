"""What holds for people. Thousands who copy one server share its values; the rest is worked out each time."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, NamedTuple

from mailspec.load.item import Item
from mailspec.model.effective import Effective, Fields
from mailspec.model.fields import FIELDS, Settings
from mailspec.outcome.effective import Value
from mailspec.resolve.configurations import Configurations
from mailspec.resolve.layers import (
    ACCOUNT,
    ACCOUNT_PATHS,
    CONFIGURATION_PATHS,
    EVERYONES_ACCOUNT,
    EVERYONES_PATHS,
    Layer,
    first,
    sender_of,
)
from mailspec.resolve.person import OPTIONAL, Person, Shared
from mailspec.resolve.server import (
    DEFAULT,
    declared_provider,
    default_method,
    optional,
    provider_from_values,
    server_fields,
)
from mailspec.resolve.sign_in import oauth_fields
from mailspec.resolve.variables import VariablesLayer

# An own word among these makes a person's server one of their own.
_SECRET = frozenset({"password"})
_SERVER = frozenset({"provider"} | {str(field.account[0]) for field in FIELDS if field.account and field.inherited})


class UserGroup(NamedTuple):
    """People whom only their addresses, names and secrets tell apart: what a rule says of ``first`` holds for all.

    Whoever declares a server, a login or a sender that is not the address, or something that could not be read, is
    alone. An account's other words (``oauth``, ``may_send_as``) may differ: a rule that asks for them asks each person.
    """

    first: Person
    identities: list[str]


class People:
    """Answers for people and groups."""

    def __init__(self, configurations: Configurations) -> None:
        self._configurations = configurations
        self._shared: dict[tuple[str, ...], Shared] = {}

    def person(self, identity: str) -> Person:
        """Return what holds for a person; ``identity`` is the lower-case address."""
        configurations = self._configurations
        groups = configurations.groups_of.get(identity, ())
        shared = self._shared.get(groups) or self._share(groups)
        return Person(configurations.spec.users[identity], groups, shared, self._server_of)

    @cached_property
    def alike(self) -> list[UserGroup]:
        """All people, those together who have the same account but for login, address, name and password.

        Narrower than a kind: whoever writes another word in their account is alone.
        """
        users = self._configurations.spec.users
        found: list[UserGroup] = []
        for kind in self.kinds:
            same: UserGroup | None = None
            for identity in kind.identities:
                account = users[identity].data.get("account")
                if account and not account.keys() <= _SECRET:
                    found.append(UserGroup(self.person(identity), [identity]))
                elif same is None:
                    same = UserGroup(self.person(identity), [identity])
                    found.append(same)
                else:
                    same.identities.append(identity)
        return found

    def same_as(self, other: People) -> frozenset[str]:
        """Return the people for whom all that is declared is the same in another Spec of these files."""
        here, there = self._configurations, other._configurations
        spec, before = here.spec, there.spec
        if (
            spec.general is not before.general
            or spec.instance is not before.instance
            or here.variables.values
            or there.variables.values
            or _copied(here) is not _copied(there)
        ):
            return frozenset()
        changed = {name for name, item in spec.groups.items() if before.groups.get(name) is not item}
        mine, theirs, known = here.groups_of.get, there.groups_of.get, before.users.get
        return frozenset(
            identity
            for identity, item in spec.users.items()
            if known(identity) is item
            and (groups := mine(identity, ())) == theirs(identity, ())
            and changed.isdisjoint(groups)
        )

    @cached_property
    def kinds(self) -> list[UserGroup]:
        """All people by kind, in the order of each kind's first."""
        groups_of = self._configurations.groups_of.get
        found: list[UserGroup] = []
        known: dict[tuple[Any, ...], UserGroup] = {}
        for identity, item in self._configurations.spec.users.items():
            data = item.data
            account = data.get("account")
            if (account and not _is_plain(account, data["email"])) or (item.damaged and _lacks_account(item)):
                found.append(UserGroup(self.person(identity), [identity]))
                continue
            has_password = account.get("password") is not None if account else None
            # The groups are one object for all who are in the same. Where one host serves several products, the login's
            # domain tells which it is.
            key = id(groups_of(identity)), data.get("mode"), identity.rpartition("@")[2], has_password
            kind = known.get(key)
            if kind is None:
                kind = known[key] = UserGroup(self.person(identity), [])
                found.append(kind)
            kind.identities.append(identity)
        return found

    def _server_of(self, person: Person) -> Fields:
        """Return how a person's server is reached: one object for all who copy it."""
        shared, username = person.shared, person.username
        if not _SERVER.isdisjoint(person.account):
            own = Layer("own", person.item, ACCOUNT, ACCOUNT_PATHS)
            return self._worked_out(shared, own, Value(username, ""))
        # Where one host serves several products, the login's domain tells which it is.
        domain = str(username).rpartition("@")[2].lower()
        settings = shared.servers.get(domain)
        if settings is None:
            settings = shared.servers[domain] = self._worked_out(shared, None, Value(username, ""))
        return settings

    def group(self, name: str) -> Effective:
        """Return what a group's members share before their own words."""
        shared = self._share((name,))
        fields: Fields = {Settings.mode: shared.mode}
        if shared.mode.value == "smtp":
            fields.update(self._worked_out(shared, None, None))
        if shared.password is not None:
            fields[Settings.auth.password] = shared.password
        if shared.username is not None:
            fields[Settings.auth.username] = shared.username
        sender_of(shared.senders, shared.username, None, fields)
        return Effective(name, "group", {**fields, **shared.optional})

    def layers(self, identity: str) -> list[Any]:
        """Return the layers that have a say for a person, the strongest first."""
        configurations = self._configurations
        groups = configurations.groups_of.get(identity, ())
        shared = self._shared.get(groups) or self._share(groups)
        own = Layer("own", configurations.spec.users[identity], ACCOUNT, ACCOUNT_PATHS)
        return self._stacked(shared, own)

    def group_layers(self, name: str) -> list[Any]:
        """Return the layers that have a say for a group, the strongest first."""
        return self._stacked(self._share((name,)), None)

    def _share(self, groups: tuple[str, ...]) -> Shared:
        spec = self._configurations.spec
        layers = [Layer(f"group:{name}", spec.groups[name], ACCOUNT, ACCOUNT_PATHS) for name in groups]
        mode = next((found for layer in layers if (found := layer.at(("mode",))) is not None), None)
        general = Layer("general", spec.general, EVERYONES_ACCOUNT, EVERYONES_PATHS)
        default = Value("not_configured" if spec.in_cloud else "outlook", DEFAULT)
        general_mode = general.at(("users", "mode")) or default
        # In everyone's account a user name and a From have no effect (MS406).
        username = first(layers, Settings.auth.username)
        senders = [layer for layer in layers if layer.item.get(*ACCOUNT, "from") is not None]
        layers.append(general)
        password = first(layers, Settings.auth.password)
        extras: Fields = {}
        optional(layers, extras, *OPTIONAL)
        oauth_fields(layers, extras)
        shared = self._shared[groups] = Shared(
            layers,
            mode or general_mode,
            general_mode,
            username,
            senders,
            password,
            password is not None and "{email}" in json.dumps(password.value),
            extras,
            {},
        )
        return shared

    def _stacked(self, shared: Shared, own: Layer | None) -> list[Any]:
        configurations = self._configurations
        layers: list[Any] = [own, *shared.layers] if own is not None else list(shared.layers)
        copied = configurations.copied_configuration
        if copied is not None:
            if configurations.variables.values and copied == configurations.activation.active:
                # Only the server is copied, so only its variables reach people.
                layers.append(VariablesLayer(configurations.variables))
            item = configurations.spec.configurations[copied]
            layers.append(Layer(f"configuration:{copied}", item, (), CONFIGURATION_PATHS))
        return layers

    def _worked_out(self, shared: Shared, own: Layer | None, username: Value | None) -> Fields:
        layers = self._stacked(shared, own)
        fields: Fields = {}
        provider, value = provider_from_values(declared_provider(layers), first(layers, Settings.host), username)
        if value is not None:
            fields[Settings.provider] = value
        server_fields(layers, provider, fields)
        fields[Settings.auth.method] = first(layers, Settings.auth.method) or Value(default_method(provider), DEFAULT)
        return fields


def _copied(configurations: Configurations) -> Item | None:
    """Return the configuration whose server people copy."""
    name = configurations.copied_configuration
    return None if name is None else configurations.spec.configurations[name]


def _is_plain(account: dict[str, Any], email: str) -> bool:
    """Tell whether an account signs in and sends as the person's address, at the server that all have."""
    if not _SERVER.isdisjoint(account):
        return False
    username, declared = account.get("username"), account.get("from")
    if username is not None and username != email:
        return False
    return declared is None or (isinstance(declared, str) and declared.endswith(f"<{email}>"))


def _lacks_account(item: Item) -> bool:
    """Tell whether something was taken out of a person's account."""
    for path in item.damaged:  # noqa: SIM110 (a generator takes three times as long)
        if not path or path[0] == "account":
            return True
    return False
