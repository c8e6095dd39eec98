"""Asks Google which addresses an account may send as, so that a replaced From is seen before a message is sent.

Gmail API, "Users.settings.sendAs: list" (read 2026-11-27): the scope https://mail.google.com/, which SMTP has
anyway, is enough. Gmail replaces a From that is neither the account's own nor an accepted alias (MS206).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mailspec.mail.failure import Failure
from mailspec.model.fields import DEFAULT_TIMEOUT
from mailspec.outcome.secret import Secret
from mailspec.signin.tokens import TokenRefusedError
from mailspec.text.domain import NoDomain, ascii_address

# Google, "Discovery document", base of every Gmail method.
URL = "https://gmail.googleapis.com/gmail/v1/users/me/settings/sendAs"


@dataclass(frozen=True, slots=True)
class Aliases:
    """Addresses in the form of :func:`alike`, by what Google says: ``accepted``, ``pending``, empty for its own."""

    known: dict[str, str]


ListOf = Callable[[Secret], Aliases | str]


def google_list(
    url: str = URL,
    *,
    ca_file: str | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    forbids: Callable[[str, int], str | None] | None = None,
) -> ListOf:
    """Return what asks Google; it gives the list, or in words why there is none. It never raises."""

    def ask(token: Secret) -> Aliases | str:
        from mailspec.signin.http import HttpSession

        session = HttpSession(ca_file=ca_file, timeout=timeout, forbids=forbids)
        try:
            answer = session.request("GET", url, headers={"Authorization": f"Bearer {token.reveal()}"}, expects="any")
        except TokenRefusedError as error:
            return error.problem.reason
        if answer.status_code != 200:
            return f"Google answers {answer.status_code}: {_words(answer)}"
        try:
            entries = answer.json()["sendAs"]
            known = {alike(str(one["sendAsEmail"])): str(one.get("verificationStatus", "")) for one in entries}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return "Google's answer is no list of addresses"
        return Aliases(known)

    return ask


def alike(address: str) -> str:
    """Return the one form of all ways to write an address: lower case, the domain in A-labels where it has them."""
    sent = ascii_address(address)
    return (address if isinstance(sent, NoDomain) else sent).lower()


def proof(found: Aliases | str, sender: str, account: str) -> str:
    """Return in words what the list shows of a sender. Raises Failure where From would change."""
    if isinstance(found, str):
        return f"whether {account} may send as {sender} is not proven: {found}"
    status = found.known.get(alike(sender))
    if status in ("", "accepted"):
        return f"Google lists {sender} as an address of {account}"
    if status is None:
        reason = f"Google does not list {sender} among the addresses of {account}, so recipients would see another From"
        advice = f"Add {sender} in Gmail's settings (Accounts, Send mail as), or send as {account} (MS206)."
        raise Failure(reason, "send_as_denied", "alias", advice=advice)
    reason = f"{sender} is not confirmed yet as an address of {account} (Google says '{status}'), so From would change"
    raise Failure(reason, "sender_unverified", "alias", advice=f"Open the confirmation that Google sent to {sender}.")


def _words(answer: Any) -> str:
    try:
        message = answer.json()["error"]["message"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "without an explanation"
    return str(message)[:300]
