"""Where a text was met: provider, host, port, security and stage, and what the provider offers there."""

from __future__ import annotations

from dataclasses import dataclass

from mailspec.model.smtp import ports_that_begin_with
from mailspec.outcome.mail import Stage

TLS_PORTS, STARTTLS_PORTS = ports_that_begin_with("tls"), ports_that_begin_with("starttls")


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of the connection. ``offers`` are the pairs that the provider documents.

    ``sign_in`` is what it says of user name and password. ``passed_on`` tells that a mail server speaks of another
    server, so that what failed was no connection of this machine.
    """

    provider: str | None = None
    host: str | None = None
    port: int | None = None
    security: str | None = None
    stage: Stage | None = None
    provider_name: str | None = None
    offers: tuple[tuple[int, str], ...] = ()
    sign_in: str = ""
    passed_on: bool = False

    @property
    def server(self) -> str:
        """Name the server for people."""
        if self.host is None:
            return "the server"
        return self.host if self.port is None else f"{self.host} port {self.port}"

    @property
    def offered(self) -> str:
        """Say which ports the provider documents, empty where that is not known."""
        if not self.offers:
            return ""
        # Nobody is sent to an unencrypted connection where the same port takes an encrypted one.
        safe = {port for port, security in self.offers if security != "none"}
        shown = [(port, security) for port, security in self.offers if security != "none" or port not in safe]
        pairs = " or ".join(f"`port: {port}` with `security: {security}`" for port, security in shown)
        return f"{self.provider_name or 'The provider'} documents {pairs}."

    @property
    def port_is_offered(self) -> bool | None:
        """Tell whether the provider documents the port; ``None`` where that is not known."""
        if self.port is None or not self.offers:
            return None
        return any(port == self.port for port, _ in self.offers)

    def speaks(self, security: str) -> bool:
        """Tell whether the port is one for ``tls`` or ``starttls``, by the provider's word or by custom."""
        if self.port is None:
            return False
        if self.port_is_offered:
            return (self.port, security) in self.offers
        return self.port in (TLS_PORTS if security == "tls" else STARTTLS_PORTS)


def place(
    provider: str | None,
    host: str | None,
    port: int | None,
    security: str | None,
    stage: Stage | None,
    *,
    passed_on: bool = False,
) -> Place:
    """Look the provider up by its id, else by the host."""
    # Imported late: most replies need no provider data, which costs a file to read.
    from mailspec.providers.endpoints import documented
    from mailspec.providers.index import by_id, match_host

    known = by_id(provider) if provider is not None else None
    if known is None and host is not None:
        known = match_host(host)
    if known is None:
        return Place(provider, host, port, security, stage, passed_on=passed_on)
    offers = tuple(dict.fromkeys(documented(known, host)))
    words = (known.data.get(part, {}).get("words", "") for part in ("username", "secret"))
    sign_in = " ".join(filter(None, words))
    return Place(known.id, host, port, security, stage, known.name, offers, sign_in, passed_on)
