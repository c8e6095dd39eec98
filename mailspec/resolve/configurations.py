"""What holds for configurations, and what people and bulk mail ask of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from mailspec.load.spec import Spec
from mailspec.model.effective import Effective, Fields
from mailspec.model.fields import FIELDS, Settings
from mailspec.outcome.effective import Value
from mailspec.providers import Provider
from mailspec.resolve.activation import Activation, activation
from mailspec.resolve.layers import CONFIGURATION_PATHS, Layer, Paths, first, sender_of
from mailspec.resolve.sender import on_behalf
from mailspec.resolve.server import (
    DEFAULT,
    declared_provider,
    declared_timeout,
    default_method,
    optional,
    provider_from_values,
    server_fields,
)
from mailspec.resolve.sign_in import OAUTH, oauth_fields
from mailspec.resolve.variables import Variables, VariablesLayer

# Fields that hold where a configuration gives them, and not else. How the server is known goes with the server.
_OPTIONAL = tuple(
    field
    for field in FIELDS
    if field.configuration and not field.computed and field not in OAUTH and not field.startswith("tls.")
)


class Configurations:
    """Answers what really holds for the configurations of one Spec, each worked out once."""

    def __init__(self, spec: Spec, variables: Variables | None = None) -> None:
        self.spec = spec
        self.variables = variables or Variables()
        self._configurations: dict[str, Effective] = {}

    @cached_property
    def activation(self) -> Activation:
        """Which configuration is active."""
        return activation(self.spec)

    @cached_property
    def groups_of(self) -> dict[str, tuple[str, ...]]:
        """The groups of each person who is in one, by lower-case address."""
        memberships: dict[str, list[str]] = {}
        for name, group in self.spec.groups.items():
            for member in group.get("members") or ():
                if isinstance(member, str):
                    memberships.setdefault(member.lower(), []).append(name)
        # Thousands are in the same few.
        same: dict[tuple[str, ...], tuple[str, ...]] = {}
        return {member: same.setdefault(names := tuple(entry), names) for member, entry in memberships.items()}

    @cached_property
    def instance_name(self) -> Value | None:
        """The display name of mail that says no other."""
        return Layer("instance", self.spec.instance, (), Paths()).at(("name",))

    def configuration(self, name: str) -> Effective:
        """Return what holds for a configuration that is declared."""
        settings = self._configurations.get(name)
        if settings is None:
            settings = self._configurations[name] = self._configuration(name)
        return settings

    def _configuration(self, name: str) -> Effective:
        layers = self.configuration_layers(name)
        fields: Fields = {}
        mode = fields[Settings.mode] = first(layers, Settings.mode) or Value("smtp", DEFAULT)
        host = first(layers, Settings.host)
        username = first(layers, Settings.auth.username)
        provider, provider_value = provider_from_values(declared_provider(layers), host, username)
        if provider_value is not None:
            fields[Settings.provider] = provider_value
        if mode.value == "office365":
            fields[Settings.auth.method] = Value("xoauth2", DEFAULT)
            fields[Settings.transport] = first(layers, Settings.transport) or Value("smtp", DEFAULT)
            declared_timeout(layers, fields)
            if username is not None:
                fields[Settings.auth.username] = username
        else:
            server_fields(layers, provider, fields)
            self._sign_in(layers, username, provider, fields)
        optional(layers, fields, *_OPTIONAL)
        oauth_fields(layers, fields)
        sender_of(layers, username, self.instance_name, fields)
        on_behalf(fields)
        return Effective(name, "configuration", fields)

    def configuration_layers(self, name: str) -> list[Any]:
        """Return a configuration's declared layers, the strongest first."""
        layers: list[Any] = []
        if self.variables.values and name == self.activation.active:
            layers.append(VariablesLayer(self.variables))
        layers.append(Layer("own", self.spec.configurations[name], (), CONFIGURATION_PATHS))
        return layers

    def _sign_in(
        self, layers: Sequence[Layer], username: Value | None, provider: Provider | None, fields: Fields
    ) -> None:
        fields[Settings.auth.method] = first(layers, Settings.auth.method) or Value(
            default_method(provider) if username else "none", DEFAULT
        )
        if username is not None:
            fields[Settings.auth.username] = username
        optional(layers, fields, Settings.auth.password)

    @cached_property
    def copied_configuration(self) -> str | None:
        """The configuration whose server people copy: the named one, else the active one; none where mail is off."""
        if self.activation.is_off:
            return None
        named = self.spec.general.get("users", "configuration")
        if named is not None:
            return named if named in self.spec.configurations else None
        return self.activation.active
