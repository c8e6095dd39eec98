"""What holds for configurations and people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from mailspec.load.spec import Spec
from mailspec.outcome.effective import Effective, Value
from mailspec.resolve.activation import Activation, activation
from mailspec.resolve.layers import ACCOUNT_PATHS, CONFIGURATION_PATHS, Layer, first
from mailspec.resolve.server import DEFAULT, optional, provider_of, server_fields
from mailspec.resolve.variables import Variables, VariablesLayer
from mailspec.text.address import is_address

_CONFIGURATION_OPTIONAL = (
    "auth.oauth.issuer",
    "auth.oauth.tenant",
    "auth.oauth.client_id",
    "auth.oauth.client_secret",
    "auth.oauth.grant",
    "auth.oauth.scopes",
    "envelope_from",
    "reply_to",
    "headers",
    "ehlo_name",
    "may_send_as",
    "may_send_on_behalf_of",
    "limits.messages_per_day",
    "limits.messages_per_minute",
    "limits.recipients_per_message",
    "limits.recipients_per_day",
)
_PERSON_OPTIONAL = tuple(name for name in _CONFIGURATION_OPTIONAL if name.startswith(("auth.oauth.", "may_send")))


class Resolver:
    """Answers what really holds in one Spec. Configurations are worked out once, people each time they are asked for."""

    def __init__(self, spec: Spec, variables: Variables | None = None) -> None:
        self.spec = spec
        self.variables = variables or Variables()
        self._configurations: dict[str, Effective] = {}

    @cached_property
    def activation(self) -> Activation:
        """Which configuration is active."""
        return activation(self.spec)

    @cached_property
    def groups_of(self) -> dict[str, list[str]]:
        """The groups of each person, by lower-case address."""
        memberships: dict[str, list[str]] = {}
        for name, group in self.spec.groups.items():
            for member in group.get("members") or ():
                if isinstance(member, str):
                    memberships.setdefault(member.lower(), []).append(name)
        return memberships

    @cached_property
    def instance_name(self) -> Value | None:
        """The display name of mail that says no other."""
        return Layer("instance", self.spec.instance, (), {}).at(("name",))

    def configuration(self, name: str) -> Effective:
        """Return what holds for a configuration that is declared."""
        held = self._configurations.get(name)
        if held is None:
            held = self._configurations[name] = self._configuration(name)
        return held

    def _configuration(self, name: str) -> Effective:
        layers = self.configuration_layers(name)
        fields: dict[str, Value] = {}
        mode = fields["mode"] = first(layers, "mode") or Value("smtp", DEFAULT)
        host = first(layers, "host")
        username = first(layers, "auth.username")
        provider, provider_value = provider_of(first(layers, "provider"), host, username)
        if provider_value is not None:
            fields["provider"] = provider_value
        if mode.value == "office365":
            fields["auth.method"] = Value("xoauth2", DEFAULT)
            fields["transport"] = first(layers, "transport") or Value("smtp", DEFAULT)
            if username is not None:
                fields["auth.username"] = username
        else:
            server_fields(layers, provider, fields)
            self._sign_in(layers, username, fields)
        optional(layers, fields, *_CONFIGURATION_OPTIONAL)
        self._sender(layers, username, self.instance_name, fields)
        return Effective(name, "configuration", fields)

    def configuration_layers(self, name: str) -> list[Any]:
        """Return a configuration's declared layers, the strongest first."""
        layers: list[Any] = []
        if self.variables.held and name == self.activation.active:
            layers.append(VariablesLayer(self.variables))
        layers.append(Layer("own", self.spec.configurations[name], (), CONFIGURATION_PATHS))
        return layers

    def _sign_in(self, layers: Sequence[Layer], username: Value | None, fields: dict[str, Value]) -> None:
        fields["auth.method"] = first(layers, "auth.method") or Value("plain" if username else "none", DEFAULT)
        if username is not None:
            fields["auth.username"] = username
        optional(layers, fields, "auth.password")

    def _sender(
        self,
        layers: Sequence[Layer],
        username: Value | None,
        fallback: Value | None,
        fields: dict[str, Value],
    ) -> None:
        email = name = None
        for layer in layers:
            found_email, found_name = layer.sender()
            email, name = email or found_email, name or found_name
        if email is None and username is not None and is_address(str(username.value)):
            email = Value(username.value, "username", username.item, username.path)
        if email is not None:
            fields["from.email"] = email
        shown = name or fallback
        if shown is not None:
            fields["from.name"] = shown

    def person_mode(self, identity: str) -> Value:
        """Return the mode in which a person sends."""
        for layer in self.person_layers(identity, configuration=False):
            # The mode stands beside the account, not in it.
            mode = layer.at((*layer.prefix[:-1], "mode"))
            if mode is not None and mode.value != "same_as_general":
                return mode
        return Value("not_configured" if self.spec.in_cloud else "outlook", DEFAULT)

    def person_layers(self, identity: str, *, configuration: bool = True) -> list[Layer]:
        """Return the layers of a person: own account, groups, everyone's, and the configuration people copy."""
        layers = []
        person = self.spec.users.get(identity)
        if person is not None:
            layers.append(Layer("own", person, ("account",), ACCOUNT_PATHS))
        for group in self.groups_of.get(identity, ()):
            layers.append(Layer(f"group:{group}", self.spec.groups[group], ("account",), ACCOUNT_PATHS))
        layers.append(Layer("general", self.spec.general, ("users", "account"), ACCOUNT_PATHS))
        copied = self.copied_configuration
        if configuration and copied is not None:
            layers.append(Layer(f"configuration:{copied}", self.spec.configurations[copied], (), CONFIGURATION_PATHS))
        return layers

    @cached_property
    def copied_configuration(self) -> str | None:
        """The configuration whose server people copy: the named one, else the active one."""
        named = self.spec.general.get("users", "configuration")
        if named is not None:
            return named if named in self.spec.configurations else None
        return self.activation.active

    def person(self, identity: str) -> Effective:
        """Return what holds for a person; ``identity`` is the lower-case address."""
        person = self.spec.users[identity]
        email = Layer("own", person, (), {}).at(("email",))
        assert email is not None
        mode = self.person_mode(identity)
        fields: dict[str, Value] = {"mode": mode}
        if mode.value not in {"smtp", "office365"}:
            fields["from.email"] = email
            return Effective(str(email.value), "user", fields)
        declared = self.person_layers(identity)
        own, shared = (
            declared[0],
            [layer for layer in declared if not layer.origin.startswith("configuration:")],
        )
        username = own.find("auth.username") or Value(email.value, "email", email.item, email.path)
        if mode.value == "smtp":
            self._person_server(identity, declared, shared, username, fields)
        else:
            fields["auth.method"] = Value("xoauth2", DEFAULT)
            fields["provider"] = Value("microsoft365", DEFAULT)
        fields["auth.username"] = username
        optional(shared, fields, *_PERSON_OPTIONAL)
        self._sender([own], username, Layer("own", person, (), {}).at(("name",)), fields)
        return Effective(str(email.value), "user", fields)

    def group(self, name: str) -> Effective:
        """Return what a group's members share before their own words."""
        layer = Layer("own", self.spec.groups[name], ("account",), ACCOUNT_PATHS)
        general = Layer("general", self.spec.general, ("users", "account"), ACCOUNT_PATHS)
        fields: dict[str, Value] = {}
        mode = layer.at(("mode",)) or general.at(("users", "mode"))
        fields["mode"] = mode or Value("not_configured" if self.spec.in_cloud else "outlook", DEFAULT)
        layers = [layer, general]
        copied = self.copied_configuration
        if copied is not None:
            layers.append(Layer(f"configuration:{copied}", self.spec.configurations[copied], (), CONFIGURATION_PATHS))
        if fields["mode"].value == "smtp":
            provider, value = provider_of(first(layers, "provider"), first(layers, "host"), None)
            if value is not None:
                fields["provider"] = value
            server_fields(layers, provider, fields)
            fields["auth.method"] = first(layers, "auth.method") or Value("plain", DEFAULT)
        optional([layer, general], fields, "auth.password", *_PERSON_OPTIONAL)
        return Effective(name, "group", fields)

    def _person_server(
        self,
        identity: str,
        declared: list[Layer],
        shared: list[Layer],
        username: Value,
        fields: dict[str, Value],
    ) -> None:
        layers: list[Any] = list(declared)
        copied = self.copied_configuration
        if self.variables.held and copied is not None and copied == self.activation.active:
            # Only the server is copied, so only its variables reach people.
            layers.insert(len(declared) - 1, VariablesLayer(self.variables))
        provider, value = provider_of(first(layers, "provider"), first(layers, "host"), username)
        if value is not None:
            fields["provider"] = value
        server_fields(layers, provider, fields)
        fields["auth.method"] = first(layers, "auth.method") or Value("plain", DEFAULT)
        password = first(shared, "auth.password")
        if password is not None:
            fields["auth.password"] = password.but(for_person(password.value, identity))


def for_person(reference: Any, email: str) -> Any:
    """Fill a person's address into a pattern such as ``{"keyring": "acme/{email}"}``."""
    if isinstance(reference, dict):
        return {key: for_person(value, email) for key, value in reference.items()}
    if isinstance(reference, list):
        return [for_person(value, email) for value in reference]
    return reference.replace("{email}", email) if isinstance(reference, str) else reference
