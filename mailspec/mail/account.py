"""All that is needed to send as one account, resolved: no spec, no references, no defaults are left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailspec.mail.send_as_list import ListOf
from mailspec.message.sender import Sender
from mailspec.model.field_types import Method, Security, TlsVersion, Transport
from mailspec.model.fields import DEFAULT_TIMEOUT
from mailspec.outcome.secret import Secret
from mailspec.signin.source import TokenSource


@dataclass(frozen=True, slots=True)
class Account:
    """One account.

    ``client_key`` is a PEM file's path, or the key itself as a secret. ``token`` gives access tokens for xoauth2,
    oauthbearer and Graph. By ``transport`` graph, ``host`` and ``port`` are those of Microsoft Graph, and ``mailbox``
    is whose mailbox an application uses there; empty for that of the person who has signed in. ``sender`` is the
    account's own address when it sends on behalf of ``from_email``. ``timeout`` is in seconds and holds for each stage,
    not for the whole. ``aliases`` asks the provider as whom the account may send, where it can be asked.
    """

    name: str
    host: str
    port: int
    security: Security
    kind: str = "configuration"
    provider: str | None = None
    validate_certs: bool = True
    ca_file: str | None = None
    client_cert: str | None = None
    client_key: str | Secret | None = None
    minimum_version: TlsVersion = "1.2"
    server_name: str | None = None
    method: Method = "none"
    username: str = ""
    password: Secret | None = None
    token: TokenSource | None = None
    transport: Transport = "smtp"
    mailbox: str = ""
    from_email: str = ""
    from_name: str = ""
    envelope_from: str = ""
    sender: str | None = None
    reply_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    list_unsubscribe: str | None = None
    ehlo_name: str | None = None
    timeout: float = DEFAULT_TIMEOUT
    aliases: ListOf | None = None

    @property
    def as_sender(self) -> Sender:
        """Return as whom a message is sent."""
        return Sender(
            email=self.from_email,
            name=self.from_name,
            envelope_from=self.envelope_from,
            sender=self.sender,
            reply_to=self.reply_to,
            headers=self.headers,
            list_unsubscribe=self.list_unsubscribe,
        )

    @property
    def bounces(self) -> str:
        """The envelope sender: the one given, else the Sender's address, else From."""
        return self.as_sender.bounces
