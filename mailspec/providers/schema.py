"""The shape of the data files, strictly. Only the compiler and the tests import this.

Each part names its source by a key of the file's ``sources`` table, so that a page is written down once.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from mailspec.providers.schema_parts import (
    Change,
    Endpoint,
    From,
    Hosts,
    Limit,
    LoginDomains,
    Methods,
    Note,
    OAuth,
    Preset,
    Regions,
    Rule,
    Text,
    Tls,
    WrongHost,
)

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]
Url = Annotated[str, StringConstraints(pattern=r"^https://\S+$")]


class Source(BaseModel):
    """A page. ``checked`` is its own date (or month) where it has one, else the day it was read.

    ``why`` tells why what is not the vendor's own word cannot be raised to it now.
    """

    model_config = ConfigDict(extra="forbid")
    page: Annotated[str, StringConstraints(min_length=5)]
    checked: Annotated[str, BeforeValidator(str), StringConstraints(pattern=r"^20[0-9]{2}-[01][0-9](-[0-3][0-9])?$")]
    confidence: Literal["vendor", "secondary", "unchecked"]
    why: Text | None = None

    @model_validator(mode="after")
    def _explained(self) -> Self:
        if (self.confidence == "vendor") == (self.why is not None):
            raise ValueError("what is not the vendor's own word needs `why`, and nothing else has it")
        return self


class ProviderFile(BaseModel):
    """One provider's file."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    id: Id
    name: str
    aliases: list[Id] = []
    docs: Url
    # Whose ways of signing in by token it has.
    family: Literal["microsoft", "google"] | None = None
    sources: dict[str, Source] = Field(min_length=1)
    hosts: list[Hosts] = []
    shared_hosts: list[Hosts] = []
    login_domains: LoginDomains | None = None
    endpoints: list[Endpoint] = []
    preset: Preset | None = None
    tls: Tls | None = None
    methods: Methods | None = None
    username: Rule | None = None
    secret: Rule | None = None
    sender: From | None = Field(None, alias="from")
    limits: list[Limit] = []
    regions: Regions | None = None
    oauth: OAuth | None = None
    preparation: list[Note] = []
    notes: list[Note] = []
    changes: list[Change] = []
    wrong_hosts: list[WrongHost] = []
    unavailable: Note | None = None

    @model_validator(mode="after")
    def _reachable_or_not(self) -> Self:
        if self.unavailable is None and not (self.endpoints and (self.hosts or self.shared_hosts)):
            raise ValueError("a provider needs hosts and endpoints, or `unavailable`")
        # Nobody who leaves port and security out is sent to an unencrypted connection.
        encrypted = any(set(group.security or ()) - {"none"} for group in self.endpoints)
        if self.unavailable is None and encrypted and self.preset is None:
            raise ValueError("a provider that offers encryption needs a preset")
        return self
