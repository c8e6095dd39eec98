"""What every issuer can be asked for, whatever library speaks to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.signin.client import Read
from mailspec.signin.tokens import TokenRefusedError, Tokens


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that has begun in a browser: the page to open, and what its answer must carry."""

    url: str
    state: str
    redirect_uri: str
    memory: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A code to enter at a page; ``interval`` and ``lifetime`` are in seconds."""

    user_code: str
    page: str
    interval: float
    lifetime: float
    memory: dict[str, Any] = field(default_factory=dict, repr=False)


class Issuer(Protocol):
    """One client at one issuer. Every method raises TokenRefusedError where there is nothing to be had."""

    @property
    def posts_forms(self) -> bool:
        """Whether the answer may come as a form; else it is part of the address."""

    @property
    def loopback(self) -> str:
        """The host name of redirect addresses on this machine."""

    def begin(self, redirect_uri: str, *, by_form: bool) -> Pending:
        """Begin the authorization code flow (RFC 6749 section 4.1) with PKCE (RFC 7636)."""

    def redeem(self, pending: Pending, answer: dict[str, str]) -> Tokens:
        """Exchange the browser's answer for tokens; its ``state`` and ``iss`` are checked."""

    def device(self) -> DeviceCode:
        """Begin the device flow (RFC 8628)."""

    def poll(self, code: DeviceCode) -> Tokens | Problem:
        """Ask once whether the code was entered; a Problem that may be tried again while it was not."""

    def app_only(self) -> Tokens:
        """Get a token as the application itself (RFC 6749 section 4.4)."""

    def refresh(self, token: Secret) -> Tokens:
        """Exchange a refresh token (RFC 6749 section 6)."""

    def revoke(self, token: Secret) -> bool:
        """Revoke a refresh token (RFC 7009). False where the issuer has no address for that."""


def read_secret(read: Read) -> str:
    """Return a secret. Raises TokenRefusedError where it cannot be read."""
    found = read()
    if isinstance(found, Problem):
        raise TokenRefusedError(found)
    return found.reveal()
