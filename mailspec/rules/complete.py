"""MS405: what a mode needs and the Spec does not give; and what a mode has no use for."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Item
from mailspec.outcome.effective import Effective
from mailspec.outcome.finding import Finding, Severity
from mailspec.resolve import bulk
from mailspec.rules.base import Check, Context, at_item

_SERVER = ("host", "port", "security")


def configurations(context: Context) -> Iterator[Finding]:
    """A configuration that is used must be complete; one that is kept aside may wait."""
    for held in context.configurations:
        item = context.spec.configurations[held.name]
        use = context.used.get(held.name)
        severity: Severity = "error" if use else "warning"
        for path, what, why in _missing(held, item):
            yield at_item(
                "MS405",
                item,
                path,
                f"'{held.name}' has no {what}{f', and {use}' if use else ''}.",
                object=held.object,
                severity=severity,
                help=why,
            )
        if held.get("mode") == "office365":
            yield from _unused(item, (*_SERVER, "tls"), held.object, "office365 reaches Microsoft's own servers")
            if item.get("auth", "password") is not None:
                yield _useless(item, ("auth", "password"), held.object, "office365 signs in with tokens, not passwords")


def _missing(held: Effective, item: Item) -> Iterator[tuple[tuple[str, ...], str, str]]:
    def lacks(field: str, *path: str) -> bool:
        return held.get(field) is None and not item.is_damaged(path)

    if held.get("mode") != "office365":
        if lacks("host", "host"):
            yield ("name",), "host", "Write the mail server's host, or a provider whose host is known."
        if lacks("security", "security") and not item.is_damaged(("port",)):
            yield ("port",), "security", "Port and security go together: write tls, starttls or none."
    method = held.get("auth.method")
    if method not in (None, "none") or held.get("mode") == "office365":
        if lacks("auth.username", "auth", "username") and not item.is_damaged(("auth",)):
            yield ("auth",), "user name", "Write auth.username."
        if method in {"plain", "login", "cram_md5"} and lacks("auth.password", "auth", "password"):
            yield ("auth",), "password", "Write where it is, such as auth.password: {env: ACME_SMTP_PASSWORD}."
    if lacks("from.email", "from") and not item.is_damaged(("auth", "username")):
        yield ("name",), "From address", "Write from: {email: ...}; the user name is no address."


def people(context: Context) -> Iterator[Finding]:
    """Everybody who sends by SMTP needs a server; accounts that a mode does not use are pointed out."""
    spec, resolver = context.spec, context.resolver
    # A name that nothing declares is told by MS006; what follows from it is not told again.
    named = spec.general.get("users", "configuration")
    told = dangling = named is not None and named not in spec.configurations
    for identity, held in context.people():
        item, mode = spec.users[identity], held.get("mode")
        if mode in {"outlook", "other", "not_configured"} and item.get("account"):
            yield _useless(item, ("account",), held.object, f"mode {mode} has no account of its own")
        if mode == "smtp" and held.get("host") is None and not item.is_damaged(("account", "host")):
            own = held.origin("mode") == "own" and not dangling
            if own or not told:
                told = told or not own
                where = item if own else spec.general
                yield at_item(
                    "MS405",
                    where,
                    ("mode",) if own else ("users", "mode"),
                    "People send by SMTP, but no configuration gives them a server."
                    if not own
                    else f"{held.name} sends by SMTP, but no configuration gives a server.",
                    object=held.object if own else None,
                    help="Activate a configuration, name one in general.users.configuration, or write account.host.",
                )
        if spec.in_cloud and mode in {"smtp", "office365"}:
            username = item.get("account", "username")
            if username is not None and str(username).lower() != identity:
                yield at_item(
                    "MS405",
                    item,
                    ("account", "username"),
                    f"In the cloud the user code is the e-mail address; '{username}' is another one.",
                    object=held.object,
                    severity="warning",
                    help="Remove username.",
                )


def general_bulk(context: Context) -> Iterator[Finding]:
    """The bulk account's configuration must have the bulk account's mode."""
    held, general = bulk(context.resolver), context.spec.general
    if held.configuration is None or held.mode.value == "not_configured" or held.mode.item is None:
        return
    theirs = context.resolver.configuration(held.configuration).get("mode")
    if theirs != held.mode.value:
        yield at_item(
            "MS405",
            general,
            ("bulk", "mode"),
            f"The bulk account's mode is {held.mode.value}, but configuration '{held.configuration}' is {theirs}.",
            object="bulk",
            help=f"Write mode: {theirs}, or name another configuration.",
        )


def _unused(item: Item, words: tuple[str, ...], object: str, why: str) -> Iterator[Finding]:
    for word in words:
        if item.get(word) is not None:
            yield _useless(item, (word,), object, why)


def _useless(item: Item, path: tuple[str, ...], object: str, why: str) -> Finding:
    return at_item(
        "MS405",
        item,
        path,
        f"'{path[-1]}' is not used: {why}.",
        key=True,
        object=object,
        severity="warning",
        help="Remove it.",
    )


CHECKS = (Check(("MS405",), configurations), Check(("MS405",), people), Check(("MS405",), general_bulk))
