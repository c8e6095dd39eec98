"""The table of fields, its parts: what stands under ``tls``, ``auth``, ``auth.oauth``, ``from`` and ``limits``."""

from __future__ import annotations

from mailspec.model.field import Field, Part, PartOf
from mailspec.model.field_types import (
    ADDRESS,
    BOOL,
    COUNT,
    DATE,
    FILE,
    GRANT,
    HOST_NAME,
    METHOD,
    NAMES,
    SECRET,
    TEXT,
    TLS_VERSION,
)


class Tls(Part):
    """How the server is known, and the client to it."""

    __slots__ = ()
    validate_certs = Field(
        "tls.validate_certs",
        BOOL,
        "Whether the certificate must be valid for the host.",
        default=True,
        inherited=True,
        computed=True,
        wire=True,
        key=True,
    )
    ca_file = Field(
        "tls.ca_file",
        FILE,
        "A PEM file with the authorities to trust instead of the system's.",
        inherited=True,
        wire=True,
        key=True,
    )
    client_cert = Field("tls.client_cert", FILE, "A PEM file with the client's certificate.", inherited=True, wire=True)
    client_key = Field("tls.client_key", SECRET, "The client certificate's private key.", inherited=True, wire=True)
    minimum_version = Field(
        "tls.minimum_version",
        TLS_VERSION,
        "The oldest TLS version to accept.",
        default="1.2",
        inherited=True,
        computed=True,
        wire=True,
        key=True,
    )
    server_name = Field(
        "tls.server_name",
        HOST_NAME,
        "The name that the certificate must carry, where it is not the host's.",
        inherited=True,
        wire=True,
        key=True,
    )


class OAuth(Part):
    """Where access tokens come from: exactly one of token, client_id and service_account."""

    __slots__ = ()
    token = Field("auth.oauth.token", SECRET, "The access token itself, from another program.", account=True)
    client_id = Field("auth.oauth.client_id", TEXT, "The registered application's id.", account=True)
    client_secret = Field("auth.oauth.client_secret", SECRET, "The registered application's secret.", account=True)
    certificate = Field(
        "auth.oauth.certificate",
        SECRET,
        "The application's certificate with its private key (PEM), instead of client_secret.",
        account=True,
    )
    client_assertion = Field(
        "auth.oauth.client_assertion",
        SECRET,
        "A signed assertion from a workload's identity (RFC 7523), instead of client_secret.",
        account=True,
    )
    service_account = Field(
        "auth.oauth.service_account", SECRET, "A Google Workspace service account's key (JSON).", account=True
    )
    issuer = Field(
        "auth.oauth.issuer",
        TEXT,
        "The authorization server's issuer: an https URL with discovery.",
        default_doc="Default: the provider's.",
        account=True,
    )
    tenant = Field("auth.oauth.tenant", TEXT, "Microsoft's tenant: a domain or an id.", account=True)
    grant = Field(
        "auth.oauth.grant",
        GRANT,
        "How the token is obtained.",
        default_doc="Default: authorization_code.",
        account=True,
    )
    account = Field(
        "auth.oauth.account",
        TEXT,
        "Who signs in, where that is not the user name (a shared mailbox).",
        default_doc="Default: the user name; a person's address.",
        account=True,
    )
    scopes = Field(
        "auth.oauth.scopes", NAMES, "The scopes to ask for.", default_doc="Default: the provider's.", account=True
    )
    expires = Field(
        "auth.oauth.expires",
        DATE,
        "The day on which the secret or certificate ends; MS205 warns before it.",
        account=True,
    )


class Auth(Part):
    """How to sign in."""

    __slots__ = ()
    method = Field(
        "auth.method",
        METHOD,
        "The SASL mechanism.",
        default_doc="Default: plain where a user name is given, else none.",
        inherited=True,
        computed=True,
        wire=True,
        key=True,
    )
    username = Field(
        "auth.username",
        TEXT,
        "The user name, exactly as the provider wants it.",
        account=True,
        computed=True,
        wire=True,
        variable="USERNAME",
        key="USERNAME",
    )
    password = Field(
        "auth.password",
        SECRET,
        "A reference to the password, never the password itself.",
        account=True,
        computed=True,
        wire=True,
        variable="PASSWORD",
        key="PASSWORD",
    )
    oauth = PartOf(OAuth, "Where access tokens come from, for xoauth2, oauthbearer and office365.")


class From(Part):
    """The sender that recipients see."""

    __slots__ = ()
    email = Field(
        "from.email",
        ADDRESS,
        "The address in the From field.",
        default_doc="Default: the user name, where that is an address.",
        account=True,
        mailing="send_as",
        computed=True,
        wire=True,
        variable=True,
        key="FROM_ADDRESS",
    )
    name = Field(
        "from.name",
        TEXT,
        "The display name.",
        default_doc="Default: the instance's name; for people their own.",
        account=True,
        mailing="from_name",
        computed=True,
        wire=True,
        variable=True,
        key=True,
    )


class Limits(Part):
    """What is to be sent at most, to be compared with the provider's limits."""

    __slots__ = ()
    messages_per_day = Field("limits.messages_per_day", COUNT, "The most messages in 24 hours.")
    messages_per_minute = Field("limits.messages_per_minute", COUNT, "The most messages in a minute.")
    recipients_per_message = Field(
        "limits.recipients_per_message", COUNT, "The most recipients of one message, Cc and Bcc included."
    )
    recipients_per_day = Field(
        "limits.recipients_per_day", COUNT, "The most recipients in 24 hours, summed over all messages."
    )
