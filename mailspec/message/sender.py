"""As whom a message is sent: the envelope, From, Sender, Reply-To and additional header fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailspec.outcome.header_fields import field_problem


@dataclass(frozen=True, slots=True)
class Sender:
    """The addresses of one message.

    ``envelope_from`` is where bounces go (MAIL FROM). ``sender`` is the account's own address when it sends
    on behalf of somebody else, else ``None``: then no Sender field is written (RFC 5322 section 3.6.2).
    ``list_unsubscribe`` is the https: or mailto: address by which recipients leave the list (RFC 2369 section 3.2).
    """

    email: str
    name: str = ""
    envelope_from: str = ""
    sender: str | None = None
    reply_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    list_unsubscribe: str | None = None

    @property
    def bounces(self) -> str:
        """The envelope sender: the one given, else the Sender's address, else From."""
        return self.envelope_from or self.sender or self.email


def header_problem(headers: Mapping[str, str]) -> str | None:
    """Say which additional header field cannot be sent as it is, ``None`` where all can."""
    problems = (field_problem(name, value) for name, value in headers.items())
    return next((problem.message for problem in problems if problem is not None), None)
