"""One file of a Spec: any of the sections. All files together make the Spec."""

from typing import Annotated, Any, Literal, Required

from pydantic import ConfigDict, Field, StringConstraints, with_config
from typing_extensions import TypedDict

from mailspec.model.account import Configuration
from mailspec.model.patterns import DOMAIN
from mailspec.model.people import General, Group, Mailing, User
from mailspec.model.words import (
    FORBID,
    Address,
    AddressPattern,
    Count,
    Domain,
    Duration,
    FilePath,
    Name,
    PlainName,
    RenamedFrom,
    SecretReference,
    Selector,
    SharePattern,
    Text,
)


@with_config(FORBID)
class Instance(TypedDict, total=False):
    """The program whose mail settings these are."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$"), Field(examples=["acme-hub"])]
    """Keys the state. Default: made from the name."""
    name: Text
    """Shown to people, and the default display name of mail."""
    deployment: Literal["on_premises", "cloud"]
    """Where the program runs. Default: on_premises."""
    env_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$"), Field(examples=["SETGET_SMTP_"])]
    """Environment variables with this prefix override the active configuration. Default: none do."""


@with_config(FORBID)
class Feature(TypedDict, total=False):
    """Something that stops without mail."""

    name: Required[Name]
    """What people call it."""
    needs: Literal["standard", "bulk", "mobile"]
    """The kind of mail that it needs. Default: standard."""
    without: Text
    """What happens instead."""


@with_config(FORBID)
class EmailType(TypedDict, total=False):
    """A kind of message that the program sends."""

    name: Required[Name]
    """What people call it."""
    trigger: Text
    """What makes the program send it."""
    customizable: bool
    """Whether the template may be changed."""
    template: FilePath
    """A Jinja2 template; a relative path starts at the declaring file."""
    subject: Text
    """The subject, a Jinja2 template on one line."""
    sample: dict[str, Any] | FilePath
    """Data for previews: a map, or a YAML or JSON file."""


@with_config(FORBID)
class Queue(TypedDict, total=False):
    """The outgoing queue."""

    limit: Count
    """Messages that may wait. Default: 10000."""


@with_config(FORBID)
class Retry(TypedDict, total=False):
    """What happens after a failed send."""

    retries: Annotated[int, Field(ge=0, le=100)]
    """Tries after the first one. Default: 3."""
    delay: Duration
    """How long to wait before the first try after a failure. Default: 30s."""
    backoff: Literal["exponential", "constant"]
    """Whether waiting doubles with each try. Default: exponential."""
    dead_letter_after: Count
    """Failed retries after which a message becomes a dead letter, at most retries. Default: as many as retries."""


@with_config(FORBID)
class Alert(TypedDict, total=False):
    """Who is told when a fallback is taken, mail dies or a worker stops."""

    command: Annotated[list[Text], Field(min_length=1, examples=[["notify", "mail"]])]
    """A command and its arguments, one item each. No shell is involved."""
    to: Address
    """An address that a message is sent to."""


@with_config(FORBID)
class Delivery(TypedDict, total=False):
    """How mail that must not be lost is delivered."""

    queue: Queue
    """The outgoing queue."""
    retry: Retry
    """What happens after a failed send."""
    alert: Alert
    """Who is told when a fallback is taken, mail dies or a worker stops."""


@with_config(FORBID)
class Deliverability(TypedDict, total=False):
    """What DNS is expected to say of the sending domains."""

    selectors: dict[Annotated[str, StringConstraints(pattern=f"^{DOMAIN}$")], list[Selector]]
    """The DKIM selectors of each domain, such as acme.example: [s1]."""


@with_config(FORBID | ConfigDict(extra="allow"))
class Target(TypedDict, total=False):
    """A program that is configured. Words of a third party's type are judged by the JSON Schema that it brings."""

    name: Required[Name]
    """The name by which plans and messages call it."""
    renamed_from: RenamedFrom
    type: Required[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$"), Field(examples=["env_file"])]]
    """The kind of target: env_file, or one that a package adds."""
    path: FilePath
    """The file to write; a relative path starts at the declaring file."""
    preset: Annotated[Text, Field(examples=["setget", "generic"])]
    """Which names the program uses. Default: generic."""
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9}){0,9}$"), Field(examples=["6.1"])]
    """The program's version, where its words depend on it. Default: the words that all versions know."""
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
    """Prefix of the names, where the preset lets it be chosen."""
    dialect: Literal["systemd", "docker", "sh", "dotenv", "dotenv_literal"]
    """Who reads the file: decides quoting. Default: dotenv."""
    person: Address
    """The one person whose file it is. Default: it is everyone's."""
    format: Literal["json", "yaml", "csv", "text", "markdown", "html"]
    """What kind of document it is: json, yaml or csv of an export, text, markdown or html of a form."""
    template: FilePath
    """Your own template (Jinja2) of the document; a relative path starts at the declaring file."""
    product: Literal["maestrohub", "maestro", "maestro_smtp"]
    """Whose windows a form follows."""
    secrets: Literal["references", "values"]
    """Whether passwords are written as references to where they are, or as they are. Default: references."""
    resource: Annotated[Text, Field(examples=["acme-mail"])]
    """The Secret's name in Kubernetes."""
    namespace: Text
    """The namespace in Kubernetes. Default: the one that the manifest is applied in."""
    store: Annotated[Text, Field(examples=["vault", "ClusterSecretStore/vault"])]
    """The store that External Secrets fetches from, by name, with its kind in front where that is no SecretStore."""
    remote: Annotated[Text, Field(examples=["mail/acme#password"])]
    """Where the store has the password, as KEY#PROPERTY. Default: as the password's vault reference says."""
    certificate: FilePath
    """The certificate of the Sealed Secrets controller (`kubeseal --fetch-cert`)."""
    service: Annotated[Text, Field(examples=["app"])]
    """The service's name in the Compose file."""
    credential: PlainName
    """The credential's name. Default: the file's."""
    encrypt: bool
    """Whether the credential is encrypted for this machine (systemd-creds). Default: false."""
    url: Annotated[Text, Field(examples=["https://zabbix.acme.example"])]
    """The address of the program whose interface is asked: https, or http on this machine."""
    token: SecretReference
    """The credential that the program's interface asks for."""
    client: Text
    """Keycloak: the client of the realm master whose secret the token is. Default: the token is an access token."""
    media_type: Text
    """Zabbix: the media type's name. Default: Email."""
    realm: Text
    """Keycloak: the realm's name. Default: master."""
    ca_bundle: FilePath
    """The authorities of the machine's programs. Default: /etc/ssl/certs/ca-certificates.crt."""
    mode: Annotated[str, StringConstraints(pattern=r"^0?[0-7]{3}$"), Field(examples=["0600"])]
    """Permissions of the file. Default: an existing file keeps its own; a new one gets "0600"."""
    adopt: bool
    """Whether an existing file that mailspec never wrote may be changed. Default: false."""
    backup: bool
    """Whether the former content stays beside the file. Default: false."""
    configuration: Text
    """The configuration to write. Default: the active one."""
    machine: Text
    """Where it lives: written only by a run with --machine NAME or on a host of that name. Default: anywhere."""
    reload: Annotated[list[Text], Field(min_length=1, examples=[["systemctl", "reload", "acme"]])]
    """A command and its arguments to run after a write. No shell is involved."""
    prove: bool
    """Whether the program's own test is asked after the write, where it has one. Default: false."""


@with_config(FORBID)
class Thresholds(TypedDict, total=False):
    """How much one plan may change; more is refused. What is not named here is not limited."""

    affected_people: Annotated[int, Field(ge=0)] | SharePattern
    """The most people whose settings may change or go: a number, or a share of those known so far."""
    deletions: Annotated[int, Field(ge=0)]
    """The most objects that may be deleted; 0 refuses any."""
    allow_deactivation: bool
    """With false the active configuration must not be switched off without another taking its place."""


@with_config(FORBID)
class Policy(TypedDict, total=False):
    """What must hold, whoever writes the Spec."""

    require_tls: bool
    """With true nothing may go unencrypted."""
    allowed_sender_domains: list[Domain]
    """The domains that may be sent from; *.acme.example means those below it."""
    allowed_recipients: list[AddressPattern]
    """Recipients of tests and sends."""
    test_recipients: list[Address]
    """Who gets the test messages of test and apply."""
    severity: dict[
        Annotated[str, StringConstraints(pattern=r"^MS[0-9]{3}$")], Literal["error", "warning", "info", "off"]
    ]
    """Another severity for a finding, by its code."""
    thresholds: Thresholds
    """How much one plan may change; more is refused."""
    protected: list[Text]
    """Names that a plan must not change, deactivate or delete: user:ceo@acme.example, or a name alone."""


# The sections in which an environment differs are held against the language when they are merged onto the base.
@with_config(ConfigDict(extra="allow", strict=True, use_attribute_docstrings=True))
class Environment(TypedDict, total=False):
    """What an overlay says of its environment, beside the sections in which it differs from the base."""

    kind: Literal["production", "test"]
    """Whether its mail may reach people. Default: judged as test, in warnings."""
    redirect_to: Address
    """Test only: every recipient becomes this one, where mailspec sends and where a target can keep it."""


@with_config(FORBID)
class Sections(TypedDict, total=False):
    """What a file may hold."""

    version: Literal[1]
    """The version of the language."""
    requires: Annotated[Text, Field(examples=[">=0.1"])]
    """The versions of mailspec that understand this Spec."""
    include: list[FilePath]
    """More files to read, as patterns below the project."""
    instance: Instance
    """The program whose mail settings these are."""
    configurations: list[Configuration]
    """The sending accounts, by name; at most one is active."""
    general: General
    """What holds for everyone, and for bulk mail."""
    groups: list[Group]
    """People who share settings."""
    users: list[User]
    """The people, by e-mail address."""
    mailings: list[Mailing]
    """Mass mailings and dispatch models, and as whom they go out."""
    features: list[Feature]
    """What stops without mail, and what happens instead."""
    email_types: list[EmailType]
    """The kinds of message that the program sends, with their templates."""
    delivery: Delivery
    """How mail that must not be lost is delivered."""
    deliverability: Deliverability
    """What DNS is expected to say of the sending domains."""
    targets: list[Target]
    """The programs that are configured."""
    environments: dict[PlainName, Environment]
    """Overlays: what differs in an environment, item by item."""
    policy: Policy
    """What must hold, whoever writes the Spec."""
