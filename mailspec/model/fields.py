"""The table of fields: every effective setting once, with its places, type, default and words.

Everything else that knows fields is derived from this table: the layers (:mod:`mailspec.resolve.layers`), the JSON
Schemas (:mod:`mailspec.model.account`), the sensitive ones and paths of plans, the environment variables, the words of
findings about wrong values, the generic preset, the accounts that send, and the completion of field names. A new
setting is a line here and the code that uses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailspec.model.field import Field, Part, PartOf, Path, fields_in, part_docs
from mailspec.model.field_types import (
    ADDRESS,
    BOOL,
    HEADERS,
    HOST,
    HOST_NAME,
    LINK,
    MODE,
    NAMES,
    PATTERNS,
    PERMISSION,
    PORT,
    PROVIDER,
    SECONDS,
    SECURITY,
    TRANSPORT,
)
from mailspec.model.parts import Auth, From, Limits, OAuth, Tls
from mailspec.outcome.effective import Value

__all__ = [
    "ADDRESSES",
    "BY_NAME",
    "DEFAULT_TIMEOUT",
    "FIELDS",
    "FILES",
    "HOST_NAMES",
    "PART_DOCS",
    "SECRET_WORDS",
    "SENSITIVE",
    "Auth",
    "From",
    "Limits",
    "OAuth",
    "PlainSettings",
    "Settings",
    "Tls",
]


# Seconds for each stage of a connection, where nothing else is declared.
DEFAULT_TIMEOUT = 30.0


class Settings(Part):
    """What holds for one object, by attributes: ``settings.auth.method``. ``None`` where nothing holds."""

    __slots__ = ()
    mode = Field(
        "mode",
        MODE,
        "By SMTP, or through Microsoft 365 as a signed-in account.",
        default_doc="Default: smtp.",
        mailing="mode",
        computed=True,
    )
    provider = Field(
        "provider",
        PROVIDER,
        "The provider's id (`mailspec providers`).",
        default_doc="Default: recognised by the host, else by the login's domain.",
        account=True,
        computed=True,
        wire=True,
    )
    host = Field(
        "host",
        HOST,
        "The server's host name or IP address.",
        default_doc="Default: the provider's.",
        inherited=True,
        computed=True,
        wire=True,
        variable=True,
        key=True,
    )
    port = Field(
        "port",
        PORT,
        "The TCP port.",
        default_doc="Default: 465 for tls, 587 for starttls, 25 for none.",
        inherited=True,
        computed=True,
        wire=True,
        variable=True,
        key=True,
    )
    security = Field(
        "security",
        SECURITY,
        "`tls` from the first byte, `starttls` after the greeting, or `none`.",
        inherited=True,
        computed=True,
        wire=True,
        variable=True,
        key=True,
    )
    tls = PartOf(Tls, "How the server is known, and the client to it.")
    auth = PartOf(Auth, "How to sign in.")
    from_ = PartOf(From, "The sender that recipients see: an address with a name, or both apart.")
    sender = Field(
        "sender",
        ADDRESS,
        "The account's own address, where it sends on behalf of From.",
        declared=False,
        computed=True,
        wire=True,
    )
    envelope_from = Field(
        "envelope_from",
        ADDRESS,
        "The envelope sender, where bounces go.",
        default_doc="Default: the From address.",
        wire=True,
        key=True,
    )
    reply_to = Field(
        "reply_to", ADDRESS, "Where answers go.", default_doc="Default: the From address.", wire=True, key=True
    )
    headers = Field("headers", HEADERS, "Additional header fields of each message, by name.", wire=True)
    ehlo_name = Field(
        "ehlo_name",
        HOST_NAME,
        "The name to greet the server with.",
        default_doc="Default: this machine's.",
        wire=True,
        key=True,
    )
    timeout = Field(
        "timeout",
        SECONDS,
        "Time limit of each stage.",
        default=DEFAULT_TIMEOUT,
        inherited=True,
        computed=True,
        wire=True,
        key=True,
    )
    transport = Field("transport", TRANSPORT, "How office365 sends.", default="smtp", account=True, computed=True)
    may_send_as = Field(
        "may_send_as", PATTERNS, "Addresses that the account may use as From and envelope sender.", account=True
    )
    may_send_on_behalf_of = Field(
        "may_send_on_behalf_of",
        PATTERNS,
        "Addresses that the account may use as From, itself being the Sender.",
        account=True,
    )
    permission = Field(
        "permission",
        PERMISSION,
        "How a From that differs from the login is sent.",
        default_doc="Default: send_as.",
        account=True,
        mailing="permission",
    )
    list_unsubscribe = Field(
        "list_unsubscribe",
        LINK,
        "Where recipients leave the list: an https: or mailto: address (RFC 2369).",
        declared=False,
        mailing="list_unsubscribe",
        wire=True,
    )
    fallback = Field("fallback", NAMES, "Configurations that stand in for this one, in this order.")
    sandbox = Field(
        "sandbox",
        BOOL,
        "Whether what is sent through it reaches nobody.",
        default_doc="Default: false, except where the provider is known to deliver nothing.",
    )
    limits = PartOf(Limits, "What is to be sent at most.")


FIELDS: tuple[Field[Any], ...] = tuple(fields_in(Settings))
BY_NAME: Mapping[str, Field[Any]] = {str(field): field for field in FIELDS}
PART_DOCS: Mapping[Path, str] = dict(part_docs(Settings))

SENSITIVE: frozenset[str] = frozenset(field for field in FIELDS if field.secret)
FILES: frozenset[str] = frozenset(field for field in FIELDS if field.path)
HOST_NAMES: frozenset[str] = frozenset(field for field in FIELDS if field.type in (HOST, HOST_NAME))
ADDRESSES: frozenset[Field[str]] = frozenset(field for field in FIELDS if field.type is ADDRESS)
# The last words of the places where a reference to a secret may stand.
SECRET_WORDS: frozenset[str] = frozenset(str(field).rpartition(".")[2] for field in FIELDS if field.secret)


class PlainSettings(Settings):
    """Settings as plain values by dotted name: those of a plan, or of the state."""

    __slots__ = ("fields",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = fields
        self.values = {name: Value(value, "") for name, value in fields.items() if value is not None}
