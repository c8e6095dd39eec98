"""What a target is rendered from: the settings that hold, of configurations, people and mailings, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailspec.model.fields import PlainSettings, Settings
from mailspec.outcome.plan import Json


@dataclass(frozen=True, slots=True)
class SendingObject:
    """One object that sends. ``object`` is its name across files, such as ``user:alice@acme.example``.

    ``fields`` are its effective settings by dotted name; a secret is its reference, a path is relative to the project.
    ``senders`` are the addresses of the people who may use a mailing, empty for everyone. ``own_server`` tells that a
    person's server is no configuration's, so that the switch that turns mail off does not reach it. ``active`` tells
    that a configuration is the one that is used where nothing is named. ``words`` are what is declared and is no
    setting: ``name``, ``type``, and ``mode`` before it is resolved.
    """

    object: str
    fields: Mapping[str, Json]
    senders: tuple[str, ...] = ()
    own_server: bool = False
    active: bool = False
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Return ``configuration``, ``user``, ``mailing``, ``bulk`` or ``mobile``."""
        return self.object.partition(":")[0]

    @property
    def name(self) -> str:
        """Return the name without its kind."""
        kind, _, name = self.object.partition(":")
        return name or kind

    @property
    def settings(self) -> PlainSettings:
        """Return the settings by attributes."""
        return PlainSettings(self.fields)

    @property
    def sends_by_smtp(self) -> bool:
        """Tell whether there is a server that a program could use."""
        return self.fields.get("mode", "smtp") == "smtp" and self.fields.get("host") is not None

    @property
    def envelope_sender(self) -> str | None:
        """Return the address that its mail is sent from, by which a mail server tells senders apart."""
        found = self.fields.get("envelope_from") or self.fields.get("sender") or self.fields.get(Settings.from_.email)
        return str(found) if found else None


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything that a target may be given.

    ``default`` is the configuration that the target names or the active one, ``None`` where mail is off.
    ``accounts`` are all other objects that send: configurations that are not to be deleted, people, mailings, the bulk
    and the mobile account. ``redirect_to`` is the one recipient of a test environment.
    ``root`` is the project's folder. ``words`` are what holds for everyone and is no setting: ``users.mode`` and
    ``deployment``.
    """

    default: SendingObject | None = None
    accounts: tuple[SendingObject, ...] = ()
    redirect_to: str | None = None
    environment: str | None = None
    instance: str = ""
    root: str = "."
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Mapping[str, Json]:
        """Return the dotted settings of the default configuration, none where mail is off."""
        return {} if self.default is None else self.default.fields

    def of_kind(self, *kinds: str) -> tuple[SendingObject, ...]:
        """Return the accounts of some kinds, in the order of declaration."""
        return tuple(account for account in self.accounts if account.kind in kinds)

    def carried(self) -> tuple[str, ...]:
        """Return the names of what a target of the default configuration alone carries."""
        return () if self.default is None else (self.default.object,)
