"""MS5xx: may the account that signs in send as the address that recipients see?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailspec.load.item import Item, Path
from mailspec.load.spec import Spec
from mailspec.model.effective import Effective
from mailspec.model.field import Field
from mailspec.model.fields import Settings
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.sentence import shorten_list
from mailspec.providers.clouds import is_cloud
from mailspec.resolve import bulk, bulk_account, mobile
from mailspec.resolve.mailings import senders
from mailspec.rules.base import Check, Context
from mailspec.rules.judged import provider_of_effective
from mailspec.rules.say import at_item, at_value, placed_related
from mailspec.rules.sender import judge_sender
from mailspec.text.address import is_address
from mailspec.text.address_patterns import covered


def accounts(context: Context) -> Iterator[Finding]:
    """A From that differs from its login needs the permission, for configurations and people alike."""
    for settings in context.configurations:
        yield from _own_from(settings)
        yield from _bounces(settings)
    for person, _identities in context.kinds:
        username = person.username
        if username is None:
            continue
        declared = person.account.get("from")
        # Nearly everyone's From is their login, and this is told without reading it.
        if declared is None or (isinstance(declared, str) and declared.endswith(f"<{username}>")):
            continue
        sender = person.own_from
        if sender is not None and sender.lower() != str(username).lower():
            yield from _own_from(person)


def _own_from(settings: Effective) -> Iterator[Finding]:
    username, value = settings.value(Settings.auth.username), settings.value(Settings.from_.email)
    if username is None or value is None or value.origin in {"username", "email"}:
        return
    permission = settings.permission or "send_as"
    # A user name that is no address (a key's id, the word apikey) says nothing of what may be sent as; a list does.
    if is_address(str(username.value)) or settings.get(_list_for(permission)) is not None:
        yield from _permission(settings, value, permission)


def _bounces(settings: Effective) -> Iterator[Finding]:
    """Hold the envelope sender against the same lists: many servers look at MAIL FROM rather than at From.

    Postfix (reject_sender_login_mismatch), QQ and NetEase do; a server that does not takes any, so this is a note.
    """
    username, value = settings.value(Settings.auth.username), settings.value(Settings.envelope_from)
    if username is None or value is None or not value.value or not is_address(str(username.value)):
        return
    own = (str(username.value).lower(), str(settings.from_.email).lower())
    names = ("may_send_as", "may_send_on_behalf_of")
    declared = [settings.get(name) for name in names if settings.get(name) is not None]
    allowed = [pattern for entry in declared for pattern in entry if isinstance(pattern, str)]
    address = str(value.value)
    if declared and address.lower() not in own and not covered(address, allowed):
        yield at_value(
            "MS501",
            value,
            f"'{username.value}' may not use the envelope sender '{address}': may_send_as does not list it.",
            object=settings.object,
            severity="info",
            help="Add it to may_send_as if the server takes it in MAIL FROM; mailspec probe proves it.",
        )


def bulk_mail(context: Context) -> Iterator[Finding]:
    """Mass mailings, dispatch and mobile mail all sign in as the bulk account."""
    spec, resolver = context.spec, context.resolver
    account = bulk_account(resolver)
    general, mobile_path = spec.general, ("bulk", "mobile_from")
    reported = _is_reported(context)
    if general.get(*mobile_path) is not None and not reported:
        wrong = _no_account(context, general, mobile_path, "Mobile mail", "mobile")
        if wrong is not None:
            yield wrong
        else:
            email = mobile(resolver).value(Settings.from_.email)
            if email is not None and email.item is general:
                permission = general.get("bulk", "mobile_permission") or "send_as"
                yield from _permission(account, email, permission, "mobile")
    known: dict[tuple[str, ...], _Senders] = {}
    for name, item in spec.mailings.items():
        yield from _mailing(context, name, item, None if reported else account, known)


def _is_reported(context: Context) -> bool:
    """Tell whether the missing bulk account follows from an error that is told already: MS006, MS402 or MS403."""
    if context.resolver.activation.verdict == "none_declared":
        return True
    settings = bulk(context.resolver)
    if settings.mode.value == "not_configured" or settings.configuration is not None:
        return False
    # All that is left is that a configuration is named that is not there, or that none is active.
    return settings.named is not None or context.resolver.activation.active is None


def _mailing(
    context: Context, name: str, item: Item, account: Effective | None, known: dict[tuple[str, ...], _Senders]
) -> Iterator[Finding]:
    object_ = f"mailing:{name}"
    what = "dispatch model" if item.get("type") == "dispatch" else "mass mailing"
    if item.is_damaged(("send_as",)):
        return
    send_as, mode = item.get("send_as"), item.get("mode")
    if not send_as:
        yield at_item(
            "MS504",
            item,
            ("send_as",) if "send_as" in item.data else ("name",),
            f"The {what} '{name}' has no address to send as: it goes out as a standard mail from the current user.",
            object=object_,
            help="Write send_as: ADDRESS if recipients should see one sender.",
        )
        return
    if mode == "outlook":
        if not context.spec.in_cloud:  # there MS401 says that Outlook itself is missing
            yield from _outlook(context, name, item, str(send_as), known)
    elif mode == "general":
        if account is None:
            return
        wrong = _no_account(context, item, ("mode",), f"The {what} '{name}'", object_)
        if wrong is not None:
            yield wrong
            return
        address = Value(send_as, "own", item, ("send_as",))
        yield from _permission(account, address, str(item.get("permission") or "send_as"), object_)
    elif not item.is_damaged(("mode",)):
        path: Path = ("mode",) if mode else ("name",)
        yield at_item(
            "MS405",
            item,
            path,
            f"The {what} '{name}' has no mailing mode, so it is not sent.",
            object=object_,
            severity="warning",
            help="Write mode: general to send it through the bulk account.",
        )


def _no_account(context: Context, item: Item, path: Path, what: str, object_: str) -> Finding | None:
    settings = bulk(context.resolver)
    if settings.mode.value != "not_configured" and settings.configuration is not None:
        return None
    return at_item(
        "MS502",
        item,
        path,
        f"{what} needs the bulk account, but general.bulk.mode is not_configured.",
        object=object_,
        help="Write general.bulk.mode: smtp (or office365) and name the configuration.",
    )


def _permission(account: Effective, address: Value, permission: str, object_: str | None = None) -> Iterator[Finding]:
    """Hold an address against what the account may send as."""
    username, email = account.auth.username, str(address.value)
    own = {str(username).lower(), str(account.from_.email).lower() if account.kind == "bulk" else ""}
    if email.lower() in own:
        return
    word = _list_for(permission)
    contradicted = _contradicted(account, address, permission, object_)
    if contradicted is not None:
        yield contradicted
        return
    how = "as" if permission == "send_as" else "on behalf of"
    allowed = account.get(word)
    if allowed is None:
        provider = provider_of_effective(account)
        if provider is not None and judge_sender(account, provider, email).severity:
            return  # MS206 says it, and more
        yield at_value(
            "MS501",
            address,
            f"Whether '{username or account.name}' may send {how} '{email}' is not declared.",
            object=object_ or account.object,
            severity="info",
            help=f"List what the account may use in {word}, then it is checked here; mailspec test proves it.",
        )
    elif not covered(email, [pattern for pattern in allowed if isinstance(pattern, str)]):
        yield at_value(
            "MS501",
            address,
            f"'{username or account.name}' may not send {how} '{email}': {word} does not list it.",
            object=object_ or account.object,
            help=f"Have the server's operator grant it and add it to {word}, or use another address.",
            related=_list_of(account, word),
        )


def _list_for(permission: str) -> Field[list[str]]:
    return Settings.may_send_as if permission == "send_as" else Settings.may_send_on_behalf_of


def _contradicted(account: Effective, address: Value, permission: str, object_: str | None) -> Finding | None:
    """Tell where declared rights say that a message leaves otherwise than ``permission`` expects.

    At Microsoft the mailbox's right decides, and Send As wins where both are given (Microsoft Learn, Manage permissions
    for recipients in Exchange Online).
    """
    if account.mode != "office365" and not is_cloud(str(account.provider or "")):
        return None
    email = str(address.value)
    as_it, on_behalf = (
        None if listed is None else covered(email, [pattern for pattern in listed if isinstance(pattern, str)])
        for listed in (account.get(Settings.may_send_as), account.get(Settings.may_send_on_behalf_of))
    )
    if permission == "send_on_behalf" and as_it:
        reason, other, word = (
            "may_send_as lists it, so Microsoft sends as that address",
            "send_as",
            Settings.may_send_as,
        )
    elif permission == "send_as" and as_it is None and on_behalf:
        word = Settings.may_send_on_behalf_of
        reason, other = "only may_send_on_behalf_of lists it, so Microsoft sends on its behalf", "send_on_behalf"
    else:
        return None
    return at_value(
        "MS501",
        address,
        f"'{email}' has permission: {permission}, but {reason}: there the mailbox's right decides.",
        object=object_ or account.object,
        help=f"Write permission: {other}, or correct {word}; only a received message proves it (mailspec test).",
        related=_list_of(account, word),
    )


def _list_of(account: Effective, word: Field[list[str]]) -> tuple[Related, ...]:
    """Return where the account's list stands, which is what somebody may have to change."""
    listed = account.value(word)
    place = None if listed is None else listed.location
    return () if place is None else (Related(place, f"{word} is declared here"),)


class _Senders(NamedTuple):
    """Who sends a mailing, and which of them have an address in their Outlook profile."""

    identities: list[str]
    having: dict[str, set[str]]


def _senders_of(spec: Spec, wanted: tuple[str, ...]) -> _Senders:
    people: set[str] = set()
    for sender in wanted:
        group = spec.groups.get(sender)
        members = group.get("members") or () if group is not None else (sender,)
        people.update(member.lower() for member in members if isinstance(member, str))
    chosen = sorted(people & spec.users.keys()) if wanted else list(spec.users)
    having: dict[str, set[str]] = {}
    for identity in chosen:
        for address in _addresses_in_outlook(spec.users[identity]):
            having.setdefault(address.lower(), set()).add(identity)
    return _Senders(chosen, having)


def _outlook(
    context: Context, name: str, item: Item, send_as: str, known: dict[tuple[str, ...], _Senders]
) -> Iterator[Finding]:
    wanted = tuple(senders(item))
    if wanted not in known:
        # Thousands of mailings may be sent by the same thousands.
        known[wanted] = _senders_of(context.spec, wanted)
    chosen = known[wanted].identities
    having = known[wanted].having.get(send_as.lower(), set())
    lacking = len(chosen) - len(having)
    if not chosen or lacking:
        users = context.spec.users
        names = (str(users[identity].get("email")) for identity in chosen if identity not in having)
        who = f" Not declared for {shorten_list(names, 3, total=lacking)}." if lacking else ""
        yield at_item(
            "MS503",
            item,
            ("mode",),
            f"In Outlook mode everyone who sends '{name}' needs the account {send_as} in the Outlook profile; "
            f"linked accounts do not count.{who}",
            object=f"mailing:{name}",
            help="List it in each sender's outlook.accounts, or write mode: general.",
        )


def _addresses_in_outlook(person: Item) -> list[str]:
    if person.get("outlook", "version") == "new":
        return []
    entry = person.get("outlook", "accounts") or ()
    return [str(person.get("email")), *(account for account in entry if isinstance(account, str))]


def bulk_login(context: Context) -> Iterator[Finding]:
    """Whoever changes a password by habit should not hold the one that all mailings depend on."""
    spec = context.spec
    login = bulk_account(context.resolver).value(Settings.auth.username) if spec.needs_bulk_account else None
    person = None if login is None else spec.users.get(str(login.value).lower())
    if person is None:
        return
    yield at_value(
        "MS505",
        login,
        f"Mass mailings, dispatch and mobile mail sign in as '{person.get('email')}', who is a person: "
        "when they change their password, all of it stops.",
        object="bulk",
        related=(placed_related(person, ("email",), "the person"),),
        help="Use an account that nobody signs in to by hand; general.bulk.configuration names its configuration.",
    )


CHECKS = (
    Check(("MS501",), accounts),
    Check(("MS405", "MS501", "MS502", "MS503", "MS504"), bulk_mail),
    Check(("MS505",), bulk_login),
)
