"""Who sends: everyone, groups, single people, mass mailings."""

from typing import Literal, Required

from pydantic import with_config
from typing_extensions import TypedDict

from mailspec.model.account import Account
from mailspec.model.words import FORBID, Address, From, Text

PersonMode = Literal["not_configured", "outlook", "office365", "smtp", "other"]


@with_config(FORBID)
class Outlook(TypedDict, total=False):
    """The person's Outlook: only the classic one can be driven from outside."""

    version: Literal["classic", "new"]
    accounts: list[Address]
    """Accounts in the person's profile; linked accounts do not count."""


@with_config(FORBID)
class GeneralUsers(TypedDict, total=False):
    """Standard mail: what holds for everyone who says nothing else."""

    mode: PersonMode
    """Default: outlook on premises, not_configured in the cloud."""
    configuration: Text
    """Whose server people copy. Default: the active one."""
    account: Account
    """What everyone shares, such as a pattern for the passwords."""


@with_config(FORBID)
class GeneralBulk(TypedDict, total=False):
    """The account of mass mailings, dispatch and mobile mail."""

    mode: Literal["not_configured", "smtp", "office365"]
    """Default: smtp if general.users.mode is smtp, else not_configured."""
    configuration: Text
    """Default: the active one. Its mode must be this mode."""
    mobile_from: From
    """The address that mobile mail is sent as."""


@with_config(FORBID)
class General(TypedDict, total=False):
    """The general settings."""

    users: GeneralUsers
    bulk: GeneralBulk


@with_config(FORBID)
class Group(TypedDict, total=False):
    """People who share settings. Stands between the general settings and the person's own."""

    name: Required[Text]
    members: list[Address]
    mode: PersonMode
    account: Account
    outlook: Outlook


@with_config(FORBID)
class User(TypedDict, total=False):
    """A person."""

    email: Required[Address]
    """The person's address: the name of this entry, and the default user name."""
    name: Text
    mode: Literal["same_as_general", "not_configured", "outlook", "office365", "smtp", "other"]
    """Default: same_as_general."""
    account: Account
    outlook: Outlook


@with_config(FORBID)
class Mailing(TypedDict, total=False):
    """A mass mailing (a form, a report) or a dispatch model."""

    name: Required[Text]
    type: Literal["mass_mailing", "dispatch"]
    """Default: mass_mailing."""
    send_as: Address | Literal[""] | None
    """The address it is sent as. Empty: a standard mail from the current user."""
    permission: Literal["send_as", "send_on_behalf"]
    """Default: send_as."""
    mode: Literal["general", "outlook", "not_configured"]
    """Default: not_configured, with a warning."""
    senders: list[Text]
    """People or groups who send it. Default: everyone."""
