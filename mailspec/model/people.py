"""Who sends: everyone, groups, single people, mass mailings."""

from typing import Literal, Required

from typing_extensions import TypedDict

from mailspec.model.account import Account
from mailspec.model.words import FORBID, Address, From, Text

PersonMode = Literal["not_configured", "outlook", "office365", "smtp", "other"]


class Outlook(TypedDict, total=False):
    """The person's Outlook: only the classic one can be driven from outside."""

    __pydantic_config__ = FORBID
    version: Literal["classic", "new"]
    accounts: list[Address]
    """Accounts in the person's profile; linked accounts do not count."""


class GeneralUsers(TypedDict, total=False):
    """Standard mail: what holds for everyone who says nothing else."""

    __pydantic_config__ = FORBID
    mode: PersonMode
    """Default: outlook on premises, not_configured in the cloud."""
    configuration: Text
    """Whose server people copy. Default: the active one."""
    account: Account
    """What everyone shares, such as a pattern for the passwords."""


class GeneralBulk(TypedDict, total=False):
    """The account of mass mailings, dispatch and mobile mail."""

    __pydantic_config__ = FORBID
    mode: Literal["not_configured", "smtp", "office365"]
    """Default: smtp if general.users.mode is smtp, else not_configured."""
    configuration: Text
    """Default: the active one. Its mode must be this mode."""
    mobile_from: From
    """The address that mobile mail is sent as."""


class General(TypedDict, total=False):
    """The general settings."""

    __pydantic_config__ = FORBID
    users: GeneralUsers
    bulk: GeneralBulk


class Group(TypedDict, total=False):
    """People who share settings. Stands between the general settings and the person's own."""

    __pydantic_config__ = FORBID
    name: Required[Text]
    members: list[Address]
    mode: PersonMode
    account: Account
    outlook: Outlook


class User(TypedDict, total=False):
    """A person."""

    __pydantic_config__ = FORBID
    email: Required[Address]
    """The person's address: the name of this entry, and the default user name."""
    name: Text
    mode: Literal["same_as_general", "not_configured", "outlook", "office365", "smtp", "other"]
    """Default: same_as_general."""
    account: Account
    outlook: Outlook


class Mailing(TypedDict, total=False):
    """A mass mailing (a form, a report) or a dispatch model."""

    __pydantic_config__ = FORBID
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
