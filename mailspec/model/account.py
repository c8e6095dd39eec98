"""Accounts: the server, how it is reached, how to sign in, and as whom mail is sent."""

from typing import Annotated, Literal, Required

from pydantic import Field, StringConstraints, with_config
from typing_extensions import TypedDict

from mailspec.model.words import (
    FORBID,
    Address,
    AddressPattern,
    Count,
    Duration,
    FilePath,
    From,
    Method,
    Port,
    SecretReference,
    Security,
    Text,
)


@with_config(FORBID)
class Tls(TypedDict, total=False):
    """How the server's certificate is checked, and the client's own one."""

    validate_certs: bool
    """Whether the certificate must be valid for the host. Default: true."""
    ca_file: FilePath
    """A PEM file with the authorities to trust instead of the system's."""
    client_cert: FilePath
    """A PEM file with the client's certificate."""
    client_key: SecretReference
    """The client certificate's private key."""
    minimum_version: Literal["1.2", "1.3"]
    """The oldest TLS version to accept. Default: 1.2."""
    server_name: Text
    """The name that the certificate must carry, where it is not the host's."""


@with_config(FORBID)
class OAuth(TypedDict, total=False):
    """Where and how access tokens are fetched, for xoauth2, oauthbearer and office365."""

    issuer: Text
    """The authorization server's issuer URL."""
    tenant: Text
    """Microsoft's tenant: a domain or an id."""
    client_id: Text
    """The registered application's id."""
    client_secret: SecretReference
    """The registered application's secret."""
    grant: Literal["device_code", "client_credentials", "authorization_code"]
    """How the token is obtained."""
    scopes: list[Text]
    """The scopes to ask for."""


@with_config(FORBID)
class Auth(TypedDict, total=False):
    """How to sign in."""

    method: Method
    """The SASL mechanism. Default: plain where a user name is given, else none."""
    username: Text
    """The user name, exactly as the provider wants it."""
    password: SecretReference
    """A reference to the password, never the password itself."""
    oauth: OAuth
    """Where access tokens come from, for xoauth2 and oauthbearer."""


@with_config(FORBID)
class Limits(TypedDict, total=False):
    """What is to be sent at most, to be compared with the provider's limits."""

    messages_per_day: Count
    """The most messages in 24 hours."""
    messages_per_minute: Count
    """The most messages in a minute."""
    recipients_per_message: Count
    """The most recipients of one message, Cc and Bcc included."""
    recipients_per_day: Count
    """The most recipients in 24 hours, summed over all messages."""


@with_config(FORBID)
class Configuration(TypedDict, total=False):
    """A named sending account. Any number may be declared; at most one is active."""

    name: Required[Annotated[Text, Field(examples=["Primary SMTP Server"])]]
    """A label that identifies the configuration."""
    renamed_from: Text
    """The earlier name, so that a new name is no deletion."""
    state: Literal["present", "active", "inactive", "absent"]
    """Whether it is the one in use. Default: present."""
    mode: Literal["smtp", "office365"]
    """By SMTP, or through Microsoft 365 as a signed-in account. Default: smtp."""
    provider: Annotated[Text, Field(examples=["gmail", "microsoft365", "ses"])]
    """The provider's id (`mailspec providers`). Default: recognised by the host."""
    host: Annotated[Text, Field(examples=["smtp.gmail.com"])]
    """The server's host name or IP address."""
    port: Port
    """The TCP port. Default: 465 for tls, 587 for starttls, 25 for none."""
    security: Security
    """`tls` from the first byte, `starttls` after the greeting, or `none`."""
    tls: Tls
    """How the server is known, and the client to it."""
    auth: Auth
    """How to sign in."""
    envelope_from: Address
    """The envelope sender, where bounces go. Default: the From address."""
    reply_to: Address
    """Where answers go. Default: the From address."""
    headers: dict[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$")], str]
    """Additional header fields of each message, by name."""
    ehlo_name: Text
    """The name to greet the server with. Default: this machine's."""
    timeout: Duration
    """Time limit of each stage. Default: 30s."""
    transport: Literal["smtp", "graph"]
    """How office365 sends. Default: smtp."""
    may_send_as: list[AddressPattern]
    """Addresses that the account may use as From and envelope sender."""
    may_send_on_behalf_of: list[AddressPattern]
    """Addresses that the account may use as From, itself being the Sender."""
    limits: Limits
    """What is to be sent at most."""


SEEN_BY_RECIPIENTS = "The sender that recipients see: an address with a name, or both apart."
# `from` is a Python keyword, so the key is added in the functional form's way.
Configuration.__annotations__["from"] = Annotated[From, Field(description=SEEN_BY_RECIPIENTS)]
Configuration.__optional_keys__ |= {"from"}


@with_config(FORBID)
class Account(TypedDict, total=False):
    """One person's (or a group's, or everyone's) own words on top of the configuration that is copied."""

    username: Text
    """The user name. Default: the person's e-mail address."""
    host: Text
    """The server's host name. Default: the configuration's."""
    port: Port
    """The TCP port. Default: the configuration's."""
    security: Security
    """`tls` from the first byte, `starttls` after the greeting, or `none`. Default: the configuration's."""
    method: Method
    """The SASL mechanism. Default: the configuration's."""
    tls: Tls
    """How the server is known, and the client to it. Default: the configuration's."""
    timeout: Duration
    """Time limit of each stage. Default: the configuration's."""
    password: SecretReference
    """A reference to the password. Never inherited from a configuration."""
    oauth: OAuth
    """Where access tokens come from, for xoauth2, oauthbearer and office365."""
    may_send_as: list[AddressPattern]
    """Addresses that the account may use as From and envelope sender."""
    may_send_on_behalf_of: list[AddressPattern]
    """Addresses that the account may use as From, itself being the Sender."""


Account.__annotations__["from"] = Annotated[From, Field(description=SEEN_BY_RECIPIENTS)]
Account.__optional_keys__ |= {"from"}
