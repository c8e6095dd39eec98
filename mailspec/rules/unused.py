"""MS405 the other way round: what stands there and its mode has no use for. A reader would believe that it holds."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Item, Path
from mailspec.load.spec import Spec
from mailspec.model.fields import Settings
from mailspec.model.smtp import WITH_TOKEN
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding
from mailspec.providers import by_login_domain
from mailspec.resolve import bulk
from mailspec.resolve.person import Person
from mailspec.rules.base import Check, Context
from mailspec.rules.fault import is_overlaid
from mailspec.rules.say import at_item, at_value

_WITHOUT_ACCOUNT = frozenset({"outlook", "other", "not_configured"})
_SERVER = ("host", "port", "security", "tls")
_MICROSOFT = "office365 reaches Microsoft's own servers"
_TOKENS = "office365 signs in with tokens"


def configurations(context: Context) -> Iterator[Finding]:
    """Point out what a configuration's mode, method or security does not use."""
    for settings in context.configurations:
        item, object_ = context.spec.configurations[settings.name], settings.object
        method = settings.auth.method
        if settings.mode == "office365":
            yield from _unused(item, tuple((word,) for word in _SERVER), object_, _MICROSOFT)
            yield from _unused(item, (("auth", "password"),), object_, _TOKENS)
            if item.get("auth", "method") not in (None, *WITH_TOKEN):
                yield _useless(item, ("auth", "method"), object_, _TOKENS)
            continue
        yield from _unused(item, (("transport",),), object_, "it belongs to mode office365")
        if method not in WITH_TOKEN:
            yield from _unused(item, (("auth", "oauth"),), object_, f"method {method} signs in without tokens")
        else:
            yield from _unused(item, (("auth", "password"),), object_, f"method {method} signs in with a token")
        # A method that only follows from a user name that cannot be read says nothing of the password.
        if method == "none" and not (item.is_damaged(("auth", "username")) or item.is_damaged(("auth", "method"))):
            yield from _unused(item, (("auth", "password"),), object_, "method none does not sign in")
        if settings.security == "none" and not item.is_damaged(("security",)):
            yield from _unused(item, (("tls",),), object_, "security none has no TLS")


def people(context: Context) -> Iterator[Finding]:
    """Point out accounts of people, groups and everyone that no mode uses."""
    spec = context.spec
    using: set[str] = set()
    anyone = False
    # What a group's account, or everyone's (None), is used for: "office365", or whether a server takes tokens.
    uses: dict[str | None, set[str | bool]] = {}
    for settings, identities in context.kinds:
        mode = settings.word
        if mode in _WITHOUT_ACCOUNT:
            for item in _with_account(spec, settings, identities):
                yield _useless(item, ("account",), _user(item), f"{_mode_text(settings)} has no account")
            continue
        anyone = True
        using.update(settings.groups)
        method = "" if settings.server is None else settings.server[Settings.auth.method].value
        for layer in (None, *settings.groups):
            uses.setdefault(layer, set()).add(mode if mode == "office365" else method in WITH_TOKEN)
        if settings.server is not None:
            tokens = method in WITH_TOKEN
            why = f"method {method} signs in {'with' if tokens else 'without'} {'a token' if tokens else 'tokens'}"
            for item in _with_account(spec, settings, identities):
                yield from _unused(item, (("account", "password" if tokens else "oauth"),), _user(item), why)
                yield from _unused(item, (("account", "transport"),), _user(item), "it belongs to mode office365")
        for item in _with_account(spec, settings, identities) if mode == "office365" else ():
            for words, why in ((_SERVER, _MICROSOFT), (("method", "password"), _TOKENS)):
                paths = tuple(("account", word) for word in words)
                yield from _unused(item, paths, _user(item), why)
    for name, group in spec.groups.items():
        if group.get("account") and name not in using and group.get("mode") in _WITHOUT_ACCOUNT:
            why = f"mode {group.get('mode')} has no account"
            yield _useless(group, ("account",), f"group:{name}", why)
    mode = spec.general.get("users", "mode")
    if spec.general.get("users", "account") and mode in _WITHOUT_ACCOUNT and not anyone:
        yield _useless(spec.general, ("users", "account"), None, f"mode {mode} has no account")

    for layer, used in uses.items():
        owner, path = (spec.general, ("users", "account")) if layer is None else (spec.groups[layer], ("account",))
        yield from _of_layer(owner, path, None if layer is None else f"group:{layer}", used)


def _of_layer(item: Item, path: Path, object_: str | None, used: set[str | bool]) -> Iterator[Finding]:
    """Point out what none of those who share an account's words has a use for."""
    if used == {"office365"}:
        yield from _unused(item, tuple((*path, word) for word in _SERVER), object_, _MICROSOFT)
        yield from _unused(item, tuple((*path, word) for word in ("method", "password")), object_, _TOKENS)
    elif "office365" not in used:
        yield from _unused(item, ((*path, "transport"),), object_, "it belongs to mode office365")
        if used == {True}:
            yield from _unused(item, ((*path, "password"),), object_, "all who have it sign in with a token")
        elif used == {False}:
            yield from _unused(item, ((*path, "oauth"),), object_, "all who have it sign in without tokens")


def mailings(context: Context) -> Iterator[Finding]:
    """Point out what a mailing's mode or type, or the absence of mobile mail, has no use for."""
    spec = context.spec
    for name, item in spec.mailings.items():
        object_, link, who = f"mailing:{name}", ("list_unsubscribe",), ("from_name",)
        if not item.get("send_as") and not item.is_damaged(("send_as",)):
            why = "without send_as it is a standard mail from the current user"
            yield from _unused(item, (who, ("permission",), link), object_, why)
        elif item.get("mode") == "outlook":
            yield from _unused(item, (who, link), object_, "Outlook sends it by each sender's own profile")
        elif item.get("type") == "dispatch":
            yield from _unused(item, (link,), object_, "a dispatch goes to one person, who cannot leave a list")
    general = spec.general
    if general.get("bulk", "mobile_from") is None and not general.is_damaged(("bulk", "mobile_from")):
        yield from _unused(general, (("bulk", "mobile_permission"),), "mobile", "no mobile_from is given")
    mode = bulk(context.resolver).mode
    # An environment that switches it off need not take its words away.
    named = Value(None, "own", general, ("bulk", "configuration"))
    switched_off = is_overlaid(mode) and not is_overlaid(named)
    if mode.value == "not_configured" and not spec.needs_bulk_account and not switched_off:
        verb = "is" if mode.item is not None else "is by default"
        yield from _unused(general, (("bulk", "configuration"),), "bulk", f"general.bulk.mode {verb} not_configured")


def outlook(context: Context) -> Iterator[Finding]:
    """Mode outlook lets other programs drive the classic Outlook; the new one cannot be driven."""
    for identity, item in context.spec.users.items():
        if item.get("outlook", "version") == "new" and context.resolver.person(identity).word == "outlook":
            yield at_item(
                "MS405",
                item,
                ("outlook", "version"),
                f"Mode outlook does not work for {item.get('email')}: other programs cannot drive the new Outlook.",
                object=_user(item),
                severity="warning",
                help="Let the person use the classic Outlook, or write mode: office365 or smtp.",
            )


def office365(context: Context) -> Iterator[Finding]:
    """Mode office365 signs in at Microsoft, where an address of another provider has no mailbox."""
    for first, identities in context.kinds:
        provider = by_login_domain(str(first.username).rpartition("@")[2]) if first.word == "office365" else None
        if provider is None or provider.id in _OF_MICROSOFT:
            continue
        for item in (context.spec.users[identity] for identity in identities):
            own = item.get("account", "username") is not None
            login = first.username if own else item.get("email")
            yield at_item(
                "MS202",
                item,
                ("account", "username") if own else ("email",),
                f"'{login}' is an address at {provider.name}, and mode office365 signs in at Microsoft 365.",
                object=_user(item),
                severity="warning",
                help="Write mode: smtp, or the person's user name at Microsoft 365 as account.username.",
            )


def configurations_at_microsoft(context: Context) -> Iterator[Finding]:
    """The same for configurations."""
    for settings in context.configurations:
        login = settings.auth.username
        provider = by_login_domain(str(login).rpartition("@")[2]) if settings.mode == "office365" and login else None
        if provider is not None and provider.id not in _OF_MICROSOFT:
            yield at_value(
                "MS202",
                settings.value(Settings.auth.username),
                f"'{login}' is an address at {provider.name}, and mode office365 signs in at Microsoft 365.",
                object=settings.object,
                severity="warning",
                help="Write mode: smtp, or the user name at Microsoft 365.",
            )


_OF_MICROSOFT = frozenset({"microsoft365", "outlook_com"})


def not_read(context: Context) -> Iterator[Finding]:
    """Point out words at places where nothing reads them: a reader would believe that they hold."""
    spec = context.spec
    for word, why in _NOT_FOR_ALL.items():
        if spec.general.get("users", "account", word) is not None:
            yield _not_read(
                spec.general, ("users", "account", word), None, why, "Write it in a group or at the person."
            )
    for name, group in spec.groups.items():
        if group.get("outlook") is not None:
            why = "an Outlook profile is a person's own"
            yield _not_read(group, ("outlook",), f"group:{name}", why, "Write outlook at each person.")


# One person's words that would make everyone the same.
_NOT_FOR_ALL = {
    "username": "everyone's user name is their own address, unless they or their group say another",
    "from": "everyone's From is their own, unless they or their group say another",
}


def _not_read(item: Item, path: Path, object_: str | None, why: str, help_: str) -> Finding:
    message = f"'{path[-1]}' has no effect here: {why}."
    return at_item("MS406", item, path, message, key=True, object=object_, severity="warning", help=help_)


def _with_account(spec: Spec, first: Person, identities: list[str]) -> list[Item]:
    return [spec.users[identity] for identity in identities] if first.item.data.get("account") else []


def _mode_text(person: Person) -> str:
    """Name a person's mode, and where it is written where that is not at the person."""
    value = person.mode_value
    if value.origin == "own":
        return f"mode {value.value}"
    place = value.location
    return f"mode {value.value}, {'the default,' if place is None else f'as {place.file}:{place.line} says,'}"


def _user(item: Item) -> str:
    return f"user:{item.get('email')}"


def _unused(item: Item, paths: tuple[Path, ...], object_: str | None, why: str) -> Iterator[Finding]:
    for path in paths:
        if item.get(*path) is not None:
            yield _useless(item, path, object_, why)


def _useless(item: Item, path: Path, object_: str | None, why: str) -> Finding:
    return at_item(
        "MS405",
        item,
        path,
        f"'{path[-1]}' is not used: {why}.",
        key=True,
        object=object_,
        severity="warning",
        help="Remove it, or write mode: smtp." if "has no account" in why else "Remove it.",
    )


CHECKS = (
    Check(("MS405",), configurations),
    Check(("MS405",), people),
    Check(("MS405",), mailings),
    Check(("MS405",), outlook),
    Check(("MS202",), office365),
    Check(("MS202",), configurations_at_microsoft),
    Check(("MS406",), not_read),
)
