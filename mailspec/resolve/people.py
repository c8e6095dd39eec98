"""What holds for people. Thousands who copy one server share its values; the rest is worked out each time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from mailspec.load.item import Item, Path
from mailspec.outcome.effective import Effective, Value
from mailspec.resolve.layers import (
    ACCOUNT,
    ACCOUNT_PATHS,
    CONFIGURATION_PATHS,
    EVERYONES_ACCOUNT,
    EVERYONES_PATHS,
    OAUTH,
    Layer,
    first,
    sender_of,
)
from mailspec.resolve.server import DEFAULT, optional, provider_of, server_fields
from mailspec.resolve.variables import VariablesLayer

if TYPE_CHECKING:
    from mailspec.resolve.accounts import Resolver

# An own word among these makes a person's server one of their own.
_SERVER = frozenset({"host", "port", "security", "method", "tls", "timeout"})
# Words of an account and the fields without a default that they give.
_EXTRAS = {
    "oauth": tuple(f"auth.oauth.{name}" for name in OAUTH),
    "may_send_as": ("may_send_as",),
    "may_send_on_behalf_of": ("may_send_on_behalf_of",),
}
_NOTHING: dict[str, Any] = {}
_OPTIONAL = tuple(field for fields in _EXTRAS.values() for field in fields)


class Shared(NamedTuple):
    """What the groups and everyone's settings give: the same for all who are in the same groups."""

    layers: list[Layer]
    mode: Value
    password: Value | None
    is_pattern: bool
    optional: dict[str, Value]


class People:
    """Answers for people and groups."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._shared: dict[tuple[str, ...], Shared] = {}
        self._servers: dict[tuple[tuple[str, ...], str], dict[str, Value]] = {}

    def person(self, identity: str) -> Effective:
        """Return what holds for a person; ``identity`` is the lower-case address."""
        resolver = self._resolver
        item = resolver.spec.users[identity]
        data = item.data
        groups = tuple(resolver.groups_of.get(identity, ()))
        shared = self._shared.get(groups) or self._share(groups)
        mode = shared.mode
        if data.get("mode") not in (None, "same_as_general"):
            mode = Value(data["mode"], "own", item, ("mode",))
        email = Value(data["email"], "email", item, ("email",))
        fields: dict[str, Value] = {"mode": mode}
        server = None
        if mode.value not in ("smtp", "office365"):
            fields["from.email"] = email
            name = _declared(item, data, "name", ("name",))
            if name is not None:
                fields["from.name"] = name
            return Effective(data["email"], "user", fields)
        account = data.get("account")
        if not isinstance(account, dict):
            account = _NOTHING
        own = Layer("own", item, ACCOUNT, ACCOUNT_PATHS) if account else None
        username = _own(item, account, "username") or email
        if mode.value == "smtp":
            server = self._server(groups, shared, own, username)
            fields.update(server)
            password = _own(item, account, "password") or shared.password
            if password is not None:
                if account or shared.is_pattern:
                    password = _for_person(password, identity)
                fields["auth.password"] = password
        else:
            fields["auth.method"] = Value("xoauth2", DEFAULT)
            fields["provider"] = Value("microsoft365", DEFAULT)
        fields["auth.username"] = username
        fields.update(shared.optional)
        if own is not None:
            for word, names in _EXTRAS.items():
                if word in account:
                    optional([own], fields, *names)
        name = _declared(item, data, "name", ("name",))
        sender_of([own] if own is not None and "from" in account else [], username, name, fields)
        return Effective(data["email"], "user", fields, server)

    def group(self, name: str) -> Effective:
        """Return what a group's members share before their own words."""
        shared = self._share((name,))
        fields: dict[str, Value] = {"mode": shared.mode}
        if shared.mode.value == "smtp":
            fields.update(self._worked_out(shared, None, None))
        if shared.password is not None:
            fields["auth.password"] = shared.password
        return Effective(name, "group", {**fields, **shared.optional})

    def layers(self, identity: str) -> list[Any]:
        """Return the layers that have a say for a person, the strongest first."""
        resolver = self._resolver
        groups = tuple(resolver.groups_of.get(identity, ()))
        shared = self._shared.get(groups) or self._share(groups)
        own = Layer("own", resolver.spec.users[identity], ACCOUNT, ACCOUNT_PATHS)
        return self._stacked(shared, own)

    def group_layers(self, name: str) -> list[Any]:
        """Return the layers that have a say for a group, the strongest first."""
        return self._stacked(self._share((name,)), None)

    def _share(self, groups: tuple[str, ...]) -> Shared:
        spec = self._resolver.spec
        layers = [Layer(f"group:{name}", spec.groups[name], ACCOUNT, ACCOUNT_PATHS) for name in groups]
        mode = next((found for layer in layers if (found := layer.at(("mode",))) is not None), None)
        general = Layer("general", spec.general, EVERYONES_ACCOUNT, EVERYONES_PATHS)
        mode = mode or general.at(("users", "mode"))
        layers.append(general)
        password = first(layers, "auth.password")
        extras: dict[str, Value] = {}
        optional(layers, extras, *_OPTIONAL)
        shared = self._shared[groups] = Shared(
            layers,
            mode or Value("not_configured" if spec.in_cloud else "outlook", DEFAULT),
            password,
            password is not None and "{email}" in json.dumps(password.value),
            extras,
        )
        return shared

    def _server(
        self,
        groups: tuple[str, ...],
        shared: Shared,
        own: Layer | None,
        username: Value,
    ) -> dict[str, Value]:
        if own is not None and not _SERVER.isdisjoint(own.item.data["account"]):
            return self._worked_out(shared, own, username)
        # Where one host serves several products, the login's domain tells which it is.
        key = (groups, str(username.value).rpartition("@")[2].lower())
        held = self._servers.get(key)
        if held is None:
            held = self._servers[key] = self._worked_out(shared, None, username)
        return held

    def _stacked(self, shared: Shared, own: Layer | None) -> list[Any]:
        resolver = self._resolver
        layers: list[Any] = [own, *shared.layers] if own is not None else list(shared.layers)
        copied = resolver.copied_configuration
        if copied is not None:
            if resolver.variables.held and copied == resolver.activation.active:
                # Only the server is copied, so only its variables reach people.
                layers.append(VariablesLayer(resolver.variables))
            item = resolver.spec.configurations[copied]
            layers.append(Layer(f"configuration:{copied}", item, (), CONFIGURATION_PATHS))
        return layers

    def _worked_out(self, shared: Shared, own: Layer | None, username: Value | None) -> dict[str, Value]:
        layers = self._stacked(shared, own)
        fields: dict[str, Value] = {}
        provider, value = provider_of(first(layers, "provider"), first(layers, "host"), username)
        if value is not None:
            fields["provider"] = value
        server_fields(layers, provider, fields)
        fields["auth.method"] = first(layers, "auth.method") or Value("plain", DEFAULT)
        return fields


def _declared(item: Item, data: dict[str, Any], word: str, path: Path) -> Value | None:
    value = data.get(word)
    return None if value is None else Value(value, "own", item, path)


def _own(item: Item, account: dict[str, Any], word: str) -> Value | None:
    """Return a word of a person's own account."""
    return _declared(item, account, word, (*ACCOUNT, word))


def _for_person(password: Value, email: str) -> Value:
    reference = password.value
    filled = for_person(reference, email)
    return password if filled == reference else password.but(filled)


def for_person(reference: Any, email: str) -> Any:
    """Fill a person's address into a pattern such as ``{"keyring": "acme/{email}"}``."""
    if isinstance(reference, dict):
        return {key: for_person(value, email) for key, value in reference.items()}
    if isinstance(reference, list):
        return [for_person(value, email) for value in reference]
    return reference.replace("{email}", email) if isinstance(reference, str) else reference
