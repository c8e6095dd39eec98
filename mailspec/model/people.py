"""Who sends: everyone, groups, single people, mass mailings."""

from typing import Annotated, Literal, Required

from pydantic import Field, with_config
from typing_extensions import TypedDict

from mailspec.model.account import Account
from mailspec.model.words import FORBID, Address, From, Name, Permission, RenamedFrom, Text, Unsubscribe

PersonMode = Literal["not_configured", "outlook", "office365", "smtp", "other"]


@with_config(FORBID)
class Outlook(TypedDict, total=False):
    """The person's Outlook: only the classic one can be driven from outside."""

    version: Literal["classic", "new"]
    """Which Outlook the person has."""
    accounts: list[Address]
    """Accounts in the person's profile; linked accounts do not count."""


@with_config(FORBID)
class GeneralUsers(TypedDict, total=False):
    """Standard mail: what holds for everyone who says nothing else."""

    mode: PersonMode
    """How people send. Default: outlook on premises, not_configured in the cloud."""
    configuration: Text
    """Whose server people copy. Default: the active one."""
    account: Account
    """What everyone shares, such as a pattern for the passwords."""


@with_config(FORBID)
class GeneralBulk(TypedDict, total=False):
    """The account of mass mailings, dispatch and mobile mail."""

    mode: Literal["not_configured", "smtp", "office365"]
    """How bulk mail is sent. Default: smtp if general.users.mode is smtp, else not_configured."""
    configuration: Text
    """The configuration that sends it, whose mode must be this mode. Default: the active one."""
    mobile_from: From
    """The address that mobile mail is sent as."""
    mobile_permission: Permission
    """Whether mobile mail is sent as that address or on its behalf. Default: send_as."""


@with_config(FORBID)
class General(TypedDict, total=False):
    """The general settings."""

    users: GeneralUsers
    """Standard mail: what holds for everyone who says nothing else."""
    bulk: GeneralBulk
    """The account of mass mailings, dispatch and mobile mail."""


@with_config(FORBID)
class Group(TypedDict, total=False):
    """People who share settings. Stands between the general settings and the person's own."""

    name: Required[Name]
    """The name by which mailings and messages call the group."""
    renamed_from: RenamedFrom
    members: list[Address]
    """The members' addresses, each declared in users."""
    mode: PersonMode
    """How the members send. Default: the general mode."""
    account: Account
    """What the members share."""
    outlook: Outlook
    """The members' Outlook."""


@with_config(FORBID)
class User(TypedDict, total=False):
    """A person."""

    email: Required[Address]
    """The person's address: the name of this entry, and the default user name."""
    renamed_from: Annotated[Address, Field(description="The earlier address, so that a new one is no deletion.")]
    name: Text
    """The person's name, which recipients see."""
    mode: Literal["same_as_general", "not_configured", "outlook", "office365", "smtp", "other"]
    """How the person sends; same_as_general means so in a group, too. Default: the group's, else the general mode."""
    account: Account
    """The person's own words."""
    outlook: Outlook
    """The person's Outlook."""


@with_config(FORBID)
class Mailing(TypedDict, total=False):
    """A mass mailing (a form, a report) or a dispatch model."""

    name: Required[Name]
    """The name of the form, report or dispatch model."""
    renamed_from: RenamedFrom
    type: Literal["mass_mailing", "dispatch"]
    """What it is. Default: mass_mailing."""
    send_as: Address | Literal[""] | None
    """The address it is sent as. Empty: a standard mail from the current user."""
    from_name: Text
    """The display name. Default: the bulk configuration's."""
    list_unsubscribe: Unsubscribe
    """Where recipients leave the list: an https: or mailto: address; for mass mailings."""
    permission: Permission
    """Whether the account sends as that address or on its behalf. Default: send_as."""
    mode: Literal["general", "outlook", "not_configured"]
    """How it is sent. Default: not_configured, with a warning."""
    senders: list[Text]
    """People or groups who send it. Default: everyone."""
