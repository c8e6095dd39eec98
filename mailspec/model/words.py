"""The small types of the language: addresses, ports, durations, references to secrets.

Every type here is plain data with pydantic's constraints as annotations. Nothing at run time imports this module
except the generator of the schemas and type checkers, which keeps ``mailspec validate`` quick to start.
"""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, with_config
from typing_extensions import TypedDict

from mailspec.model.field_types import Grant, Method, Permission, Security, TlsVersion, Transport
from mailspec.model.kinds import FILE_PATH, SECRETS, SecretKind
from mailspec.model.patterns import DOMAIN, PLAIN_NAME
from mailspec.text.address import ADDRESS, LONGEST_ADDRESS, MAILBOX

__all__ = ["Grant", "Method", "Permission", "Security", "TlsVersion", "Transport"]

FORBID = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

Text = Annotated[str, StringConstraints(min_length=1)]
# What is stored as a key: without NUL, and short enough for a database to find (PostgreSQL 17, "Character Types").
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
RenamedFrom = Annotated[Name, Field(description="The earlier name, so that a new name is no deletion.")]
PlainName = Annotated[str, StringConstraints(pattern=f"^{PLAIN_NAME}$")]
FilePath = Annotated[str, StringConstraints(min_length=1, pattern=FILE_PATH)]
Address = Annotated[
    str,
    StringConstraints(pattern=f"^{ADDRESS}$", max_length=LONGEST_ADDRESS),
    Field(examples=["noreply@acme.example"]),
]
# An address, everything of a domain, or everything.
AddressPattern = Annotated[
    str,
    StringConstraints(pattern=rf"^(\*|{ADDRESS})$", max_length=LONGEST_ADDRESS),
    Field(examples=["billing@acme.example", "*@news.acme.example"]),
]
Domain = Annotated[
    str, StringConstraints(pattern=rf"^(\*\.)?{DOMAIN}$", max_length=255), Field(examples=["acme.example"])
]
Port = Annotated[int, Field(ge=1, le=65535, examples=[465, 587])]
Count = Annotated[int, Field(ge=1)]
Duration = (
    Annotated[int, Field(ge=1, le=86400)]
    | Annotated[str, StringConstraints(pattern=r"^([0-9]{1,8}(ms|s)|[0-9]{1,6}[mh])$"), Field(examples=["30s", "5m"])]
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


def _reference(kind: SecretKind) -> Any:
    """Return the type of a reference to a secret of one kind: a map of its word alone."""
    shown = Field(description=kind.value, examples=None if kind.example is None else [kind.example])
    value: Any
    if kind.pattern is None:
        value = Annotated[list[Text], Field(min_length=1), shown]
    elif kind.path == "whole":
        value = Annotated[FilePath, shown]
    else:
        value = Annotated[str, StringConstraints(pattern=kind.pattern), shown]
    name = "".join(part.capitalize() for part in kind.word.split("_")) + "Secret"
    made: Any = TypedDict(name, {kind.word: value})  # type: ignore[misc]
    made.__doc__ = kind.about
    return with_config(FORBID)(made)


if TYPE_CHECKING:
    SecretReference = Mapping[str, Any]
else:
    SecretReference = reduce(or_, [_reference(kind) for kind in SECRETS.values()])


@with_config(FORBID)
class Sender(TypedDict, total=False):
    """What recipients see as the sender."""

    email: Address
    """The address in the From field."""
    name: Text
    """The display name; the instance's name where it is missing."""


# One string such as "Acme" <noreply@acme.example>, or two fields.
From = (
    Annotated[str, StringConstraints(pattern=f"^{MAILBOX}$"), Field(examples=['"Acme" <noreply@acme.example>'])]
    | Sender
)
