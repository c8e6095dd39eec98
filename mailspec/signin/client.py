"""Who asks whom for a token, and as whom: the settings of one sign-in, with no references or defaults left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from mailspec.model.fields import DEFAULT_TIMEOUT
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem

Grant = Literal["authorization_code", "device_code", "client_credentials", "service_account"]
Resource = Literal["smtp", "graph"]
# Reads a secret anew, or says why it cannot be read.
Read = Callable[[], Secret | Problem]
# Says why a host must not be connected to, ``None`` where it may.
Forbids = Callable[[str, int], str | None]


class Binding(NamedTuple):
    """What a stored sign-in belongs to. A refresh token is never sent to another issuer or for another client."""

    issuer: str
    client_id: str
    account: str
    resource: Resource


@dataclass(frozen=True, slots=True)
class Client:
    """One application at one issuer, for one account.

    ``issuer`` is an https address with discovery; ``account`` who signs in; ``scopes`` what is asked for. ``secret``,
    ``certificate`` (PEM, private key and certificate), ``assertion`` (a federated token) and ``service_account`` (a
    Google key as JSON) are read when they are needed. ``microsoft`` says that Microsoft's library speaks to the issuer.
    ``timeout`` is in seconds, for each request. ``ca_file`` holds authorities to trust besides the system's.
    """

    issuer: str
    client_id: str
    account: str
    scopes: tuple[str, ...]
    grant: Grant = "authorization_code"
    resource: Resource = "smtp"
    microsoft: bool = False
    secret: Read | None = None
    certificate: Read | None = None
    assertion: Read | None = None
    service_account: Read | None = None
    ca_file: str | None = None
    timeout: float = DEFAULT_TIMEOUT
    forbids: Forbids = lambda _host, _port: None

    @property
    def binding(self) -> Binding:
        """What a stored sign-in of this client is bound to."""
        return Binding(self.issuer, self.client_id, self.account.lower(), self.resource)

    @property
    def by_person(self) -> bool:
        """Whether a person signs in once, and the refresh token is stored."""
        return self.grant in ("authorization_code", "device_code")

    @property
    def confidential(self) -> bool:
        """Whether the application proves who it is."""
        return any(proof is not None for proof in (self.secret, self.certificate, self.assertion))
