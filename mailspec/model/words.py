"""The small types of the language: addresses, ports, durations, references to secrets.

Every type here is plain data with pydantic's constraints as annotations. Nothing at run time imports this module
except the generator of the schemas and type checkers, which keeps ``mailspec validate`` quick to start.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, with_config
from typing_extensions import TypedDict

from mailspec.model.field_types import Grant, Method, Permission, Security, TlsVersion, Transport

__all__ = ["Grant", "Method", "Permission", "Security", "TlsVersion", "Transport"]

FORBID = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

Text = Annotated[str, StringConstraints(min_length=1)]
RenamedFrom = Annotated[Text, Field(description="The earlier name, so that a new name is no deletion.")]
# No control characters, which no tool shows and a name in a shell or in systemd's files cannot have; not only spaces.
FilePath = Annotated[str, StringConstraints(min_length=1, pattern=r"^ *[^\x00-\x20\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$")]
Address = Annotated[
    str,
    StringConstraints(pattern=r'^[^@\s<>",;]+@[^@\s<>",;]+$', max_length=320),
    Field(examples=["noreply@acme.example"]),
]
# An address, everything of a domain, or everything.
AddressPattern = Annotated[
    str,
    StringConstraints(pattern=r'^(\*|[^@\s<>",;]+@[^@\s<>",;]+)$', max_length=320),
    Field(examples=["billing@acme.example", "*@news.acme.example"]),
]
Domain = Annotated[
    str, StringConstraints(pattern=r"^(\*\.)?[^@\s*]+$", max_length=255), Field(examples=["acme.example"])
]
Port = Annotated[int, Field(ge=1, le=65535, examples=[465, 587])]
Count = Annotated[int, Field(ge=1)]
Duration = (
    Annotated[int, Field(ge=1, le=86400)]
    | Annotated[str, StringConstraints(pattern=r"^[0-9]+(ms|s|m|h)$"), Field(examples=["30s", "5m"])]
)
# A day of ISO 8601; whether the month has it is a rule's business.
Date = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), Field(examples=["2027-03-01"])]
Boolean = bool
Host = Annotated[Text, Field(examples=["smtp.gmail.com"])]
ProviderId = Annotated[Text, Field(examples=["gmail", "microsoft365", "ses"])]
Texts = list[Text]
AddressPatterns = list[AddressPattern]
Headers = dict[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$")], str]
# RFC 2369 section 2: a URI; RFC 8058 wants https for one click.
Unsubscribe = Annotated[
    str,
    StringConstraints(pattern=r"^(https://|mailto:)[^\s<>\x00-\x1f\x7f]+$"),
    Field(examples=["https://acme.example/leave"]),
]
ConfigurationMode = Literal["smtp", "office365"]
# A DKIM selector: DNS labels (RFC 6376 section 3.1).
Selector = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"), Field(examples=["s1"])]
SharePattern = Annotated[str, StringConstraints(pattern=r"^(100|[0-9]{1,2})%$"), Field(examples=["20%"])]


@with_config(FORBID)
class EnvSecret(TypedDict):
    """The secret is in an environment variable of the process that uses it."""

    env: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$"), Field(examples=["ACME_SMTP_PASSWORD"])]
    """The variable's name."""


@with_config(FORBID)
class FileSecret(TypedDict):
    """The secret is a file's content; one trailing newline is dropped."""

    file: FilePath
    """The file's path; a relative one starts at the declaring file."""


@with_config(FORBID)
class KeyringSecret(TypedDict):
    """The secret is in the system's keyring."""

    keyring: Annotated[str, StringConstraints(pattern=r"^[^/]+/.+$"), Field(examples=["acme/{email}"])]
    """Service and user name with a slash between; ``{email}`` stands for the person's address."""


@with_config(FORBID)
class VaultSecret(TypedDict):
    """The secret is in HashiCorp Vault or OpenBao (KV version 2)."""

    vault: Annotated[str, StringConstraints(pattern=r"^[^#]+#[^#]+$"), Field(examples=["secret/mail/acme#password"])]
    """Mount and path, then ``#`` and the field."""


@with_config(FORBID)
class SopsSecret(TypedDict):
    """The secret is a value of a sops-encrypted file."""

    sops: Annotated[
        str,
        StringConstraints(pattern=r"^[^#\x00-\x1f\x7f-\x9f]+#[^#\x00-\x1f\x7f-\x9f]+$"),
        Field(examples=["secrets.sops.yml#smtp.password"]),
    ]
    """The file, then ``#`` and the dotted key."""


@with_config(FORBID)
class AgeSecret(TypedDict):
    """The secret is the content of a file encrypted with age."""

    age: FilePath
    """The encrypted file's path; a relative one starts at the declaring file."""


@with_config(FORBID)
class CommandSecret(TypedDict):
    """The secret is what a command prints. No shell is involved."""

    command: Annotated[list[Text], Field(min_length=1, examples=[["pass", "show", "mail/acme"]])]
    """The command and its arguments, one item each."""


@with_config(FORBID)
class AnsibleVaultSecret(TypedDict):
    """The secret is an Ansible Vault value in place (``!vault |``)."""

    ansible_vault: Annotated[str, StringConstraints(pattern=r"^\$ANSIBLE_VAULT;")]
    """The encrypted text, from ``$ANSIBLE_VAULT`` on."""


@with_config(FORBID)
class PluginSecret(TypedDict):
    """The secret is given by an installed package (entry point group `mailspec.secrets`)."""

    plugin: Annotated[str, StringConstraints(pattern=r"^[^:]+:.+$"), Field(examples=["bitwarden:mail/acme"])]
    """The plug-in's name, then ``:`` and what it is asked for."""


SecretReference = (
    EnvSecret
    | FileSecret
    | KeyringSecret
    | VaultSecret
    | SopsSecret
    | AgeSecret
    | CommandSecret
    | AnsibleVaultSecret
    | PluginSecret
)

SECRET_KINDS = ("env", "file", "keyring", "vault", "sops", "age", "command", "ansible_vault", "plugin")


@with_config(FORBID)
class Sender(TypedDict, total=False):
    """What recipients see as the sender."""

    email: Address
    """The address in the From field."""
    name: Text
    """The display name; the instance's name where it is missing."""


# One string such as "Acme" <noreply@acme.example>, or two fields.
# What mailspec.text.address.parse_address reads: exactly one address, with or without a name before it.
_ONE = r'[^@\s<>",;]+@[^@\s<>",;]+'
_MAILBOX = rf'^\s*({_ONE}|("([^"\\\x00-\x1f]|\\.)*"\s*|[^"<>@\x00-\x1f]*)<{_ONE}>)\s*$'
From = Annotated[str, StringConstraints(pattern=_MAILBOX), Field(examples=['"Acme" <noreply@acme.example>'])] | Sender
