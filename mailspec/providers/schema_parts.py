"""The parts of a provider's file."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(min_length=3, strip_whitespace=True)]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]*(\{[a-z]+\})?[a-z0-9.-]*\.[a-z]{2,}$")]
Domain = Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}$|^\*$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Security = Literal["tls", "starttls", "none"]
Method = Literal["plain", "login", "cram_md5", "xoauth2", "oauthbearer"]


class Part(BaseModel):
    """A statement with its source, a key of the file's ``sources``."""

    model_config = ConfigDict(extra="forbid")
    source: str


class Hosts(Part):
    """Names and patterns; a pattern holds one placeholder such as ``{region}``."""

    names: list[Host] = Field(min_length=1)


class LoginDomains(Part):
    """Domains of the mailboxes' addresses; ``*``: every domain that no other owner of a shared host has."""

    domains: list[Domain] = Field(min_length=1)


class Endpoint(Part):
    """Ports with what is spoken on them. ``hosts`` limits it to some of the provider's hosts."""

    standing: Literal["documented", "tolerated", "refused"] = "documented"
    hosts: list[Host] | None = None
    ports: list[Port] = Field(min_length=1)
    security: list[Security] | None = None
    text: Text | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.standing == "documented" and not self.security:
            raise ValueError("a documented port needs its security")
        if self.standing != "documented" and self.text is None:
            raise ValueError("what is tolerated or refused needs a text")
        return self


class Preset(Part):
    """Defaults for an author who only names the provider."""

    host: Host | None = None
    port: Port
    security: Security


class Tls(Part):
    required: bool
    minimum: Literal["1.0", "1.1", "1.2", "1.3"] | None = None


class EndedMethods(Part):
    methods: list[Method]
    date: date
    text: Text


class Methods(Part):
    """``complete``: the vendor says that there is no other. ``anonymous``: mail without sign-in is taken."""

    offered: list[Method]
    complete: bool = False
    required: bool = True
    anonymous: bool = False
    ended: list[EndedMethods] = []


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["literal", "pattern", "full_address", "local_part", "uuid", "any"]
    value: str | None = None

    @model_validator(mode="after")
    def _valued(self) -> Self:
        if (self.value is None) == (self.kind in ("literal", "pattern")):
            raise ValueError("literal and pattern have a value, the others have none")
        if self.kind == "pattern":
            try:
                re.compile(str(self.value))
            except re.error as error:
                raise ValueError(f"not a pattern: {error}") from error
        return self


class WrongShape(Shape, Part):
    """A shape that certainly fails, with what it really is."""

    text: Text


class Rule(Part):
    """The form of a user name or secret. ``strict``: the vendor states the form, so another one fails.

    ``example`` is a user name for the documentation, where the form alone does not make one.
    """

    accepts: list[Shape] = []
    strict: bool = False
    words: Text
    example: str | None = None
    ignore: str = ""
    methods: list[Method] | None = None
    wrong: list[WrongShape] = []


class From(Part):
    """What is required of the From address; ``refused_domains`` are never sent for."""

    kind: Literal["any", "verified", "rewritten", "must_equal_login", "needs_permission"]
    refused_domains: list[Domain] = []
    text: Text


class Limit(Part):
    limit: Literal["messages_per_day", "messages_per_minute", "recipients_per_message", "recipients_per_day"]
    value: Annotated[int, Field(ge=1)]
    plan: Text | None = None
    text: Text | None = None


class RegionPattern(BaseModel):
    """``without_smtp``: regions of the service for which the vendor lists no SMTP endpoint."""

    model_config = ConfigDict(extra="forbid")
    host: Host
    known: list[str]
    without_smtp: list[str] = []


class Regions(Part):
    """``credentials``: user name and password hold for one region alone."""

    patterns: list[RegionPattern]
    credentials: bool = False
    text: Text


class OAuth(Part):
    issuer: str | None = None
    authorize_url: str | None = None
    token_url: str | None = None
    device_url: str | None = None
    scopes: list[str]
    app_scopes: list[str] = []
    # The host of Microsoft Graph: each of Microsoft's clouds has its own.
    graph: Host | None = None
    text: Text | None = None


class Note(Part):
    """``needs`` tells what has to be prepared: an app password, a switch, an address or domain to verify.

    ``catches_all`` needs nothing: the provider delivers no message to anybody.
    """

    needs: Literal["app_password", "switch", "verification", "plan", "sandbox", "catches_all", "other"] = "other"
    text: Text


class Side(BaseModel):
    model_config = ConfigDict(extra="forbid")
    severity: Literal["warning", "info"]
    text: Text


class Change(Part):
    """A dated change, for some methods or hosts or for all.

    ``before`` and ``after`` are what to say on each side of the date; absent is silence.
    """

    date: date
    what: Text
    methods: list[Method] = []
    hosts: list[Host] = []
    before: Side | None = None
    after: Side | None = None


class WrongHost(Part):
    """Hosts that people paste and that cannot send; ``use`` is what to write instead."""

    hosts: list[Host] = Field(min_length=1)
    kind: Literal["imap", "pop", "retired", "other"]
    use: Host | None = None
    text: Text
