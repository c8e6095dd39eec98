"""What is known of an account's sign-in by token, and why there is no token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from mailspec.outcome.mail import Category

SignInState = Literal[
    "not_needed",
    "authenticated",
    "never",
    "signed_out",
    "expired_idle",
    "expired_policy",
    "revoked",
    "consent_missing",
    "consent_declined",
    "admin_approval",
    "interaction_required",
    "conditional_access",
    "client_invalid",
    "app_misconfigured",
    "issuer_changed",
    "other_account",
    "unknown",
]
STATES: tuple[SignInState, ...] = get_args(SignInState)
# Who has to do something: the person who signs in, an administrator of the issuer, or nobody.
Who = Literal["person", "administrator", "nobody"]

AUTHENTICATED = "Authenticated"
NON_AUTHENTICATED = "Non-Authenticated"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no access token.

    ``reason`` says what happened, ``advice`` what to do, ``who`` must do it. ``reply`` holds the issuer's words.
    ``wait`` is how long the issuer asks to wait, in seconds. ``ends`` says that the stored sign-in is over: only a
    person can make a new one.
    """

    state: SignInState
    reason: str
    category: Category
    detail: str | None
    advice: str
    who: Who = "person"
    retry: bool = False
    wait: float | None = None
    reply: str | None = None

    @property
    def ends(self) -> bool:
        """Whether asking again cannot help until somebody has acted at the issuer or signed in."""
        return self.state in _ENDED


_ENDED: frozenset[SignInState] = frozenset(
    {
        "signed_out",
        "expired_idle",
        "expired_policy",
        "revoked",
        "consent_missing",
        "consent_declined",
        "admin_approval",
        "interaction_required",
        "conditional_access",
    }
)


@dataclass(frozen=True, slots=True)
class SignInStatus:
    """One account's sign-in as ``mailspec status`` shows it.

    ``since`` is when somebody signed in, ``until`` when the access token ends, ``proven`` when the issuer or the mail
    server last took it: all ISO 8601 in UTC. ``account`` is who signs in, ``issuer`` the authorization server.
    """

    name: str
    kind: str
    state: SignInState
    account: str = ""
    issuer: str = ""
    grant: str = ""
    since: str | None = None
    until: str | None = None
    proven: str | None = None
    who: Who = "nobody"
    reason: str = ""
    advice: str = ""

    @property
    def ended(self) -> bool:
        """Whether there was a sign-in, and it is over or withdrawn: mail stops until somebody acts."""
        return self.state in _ENDED or self.state in ("issuer_changed", "other_account")

    @property
    def word(self) -> str:
        """``Authenticated`` or ``Non-Authenticated``, as the product's own pages call it."""
        return AUTHENTICATED if self.state in ("authenticated", "not_needed") else NON_AUTHENTICATED
