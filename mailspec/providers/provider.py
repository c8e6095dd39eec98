"""One provider, as the compiled data describes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mailspec.providers.facts import Fact
from mailspec.providers.hostnames import covers, parts
from mailspec.text.url import split_url


class Preset(NamedTuple):
    """What holds where the author gives neither host, port nor security.

    ``host`` is ``None`` where the author has to choose, such as a region.
    """

    host: str | None
    port: int
    security: str


class Provider:
    """What is known of one provider. ``data`` is its part of ``compiled.json`` (shape: ``schema.py``)."""

    __slots__ = ("data",)

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    def __repr__(self) -> str:
        return f"Provider({self.id!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Provider) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def id(self) -> str:
        return str(self.data["id"])

    @property
    def name(self) -> str:
        return str(self.data["name"])

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names under which the language accepts it."""
        return tuple(self.data.get("aliases", ()))

    @property
    def family(self) -> str | None:
        """Whose ways of signing in by token it has: ``microsoft`` or ``google``."""
        return self.data.get("family")

    @property
    def graph(self) -> str | None:
        """The host of Microsoft Graph in its cloud."""
        return self.oauth.get("graph")

    @property
    def oauth(self) -> Mapping[str, Any]:
        """What is known of signing in by token; empty where nothing is."""
        known: Mapping[str, Any] = self.data.get("oauth", {})
        return known

    @property
    def resources(self) -> frozenset[str]:
        """The hosts that its scopes name, and Graph's."""
        words = [*self.oauth.get("scopes", ()), *self.oauth.get("app_scopes", ()), f"https://{self.graph}/"]
        return frozenset(host for word in words if (host := split_url(word).hostname) is not None)

    @property
    def docs(self) -> str:
        """The page that an admin should read."""
        return str(self.data["docs"])

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names and patterns such as ``email-smtp.{region}.amazonaws.com``, shared ones last."""
        return tuple(name for group in self.data.get("hosts", ()) for name in group["names"])

    @property
    def preset(self) -> Preset | None:
        """Host, port and security to use by default; ``None`` where it takes no SMTP at all."""
        entry = self.data.get("preset")
        if entry is None:
            return None
        host = entry.get("host")
        chosen = None if host is None or parts(host) else str(host)
        return Preset(chosen, entry["port"], entry["security"])

    @property
    def methods(self) -> tuple[str, ...]:
        """The sign-in methods that it offers; empty where that is not known."""
        return tuple(self.data.get("methods", {}).get("offered", ()))

    @property
    def catches_all(self) -> bool:
        """Whether it is known to deliver nothing to anybody."""
        return any(note.get("needs") == "catches_all" for note in self.data.get("notes", ()))

    def fact(self, part: Mapping[str, Any]) -> Fact:
        """Return where a part of ``data`` comes from."""
        return Fact(*self.data["sources"][part["source"]])

    def serves(self, host: str) -> bool:
        """Tell whether one of its names or patterns is this host."""
        return any(covers(name, host) for name in self.hosts)
