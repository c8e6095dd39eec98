"""Whom a program sends for, and with what: what the types of one program share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from mailspec.model.fields import PlainSettings
from mailspec.outcome.plan import Json
from mailspec.rules.host import is_host
from mailspec.targets.base import TargetProblem
from mailspec.targets.scope import Scope, SendingObject

_TOKENS = ("xoauth2", "oauthbearer")


class Login(NamedTuple):
    """A user name, and the reference of its password as a key's value."""

    user: str
    password: dict[str, Json]


class Senders(NamedTuple):
    """``default`` is the account that is taken where none is named, ``accounts`` are those that have a name."""

    default: SendingObject | None
    accounts: list[SendingObject]


def unfit(account: SendingObject, tokens: str) -> TargetProblem | None:
    """Return why a program cannot send by an account: it has no server, or signs in by a token and ``tokens``."""
    wrong = no_host(account) if account.sends_by_smtp else None
    if wrong is not None:
        return wrong
    if not account.sends_by_smtp:
        return TargetProblem(f"{account.object} has no server", "give this target a configuration of mode smtp")
    if tokens and account.settings.auth.method in _TOKENS:
        return TargetProblem(
            f"{account.object} signs in by a token, and {tokens}", "give this target an account with a password"
        )
    return None


def no_host(account: SendingObject) -> TargetProblem | None:
    """Return why a host is none: programs split it, expand it, or take one that begins with '/' for a command."""
    if is_host(str(account.settings.host)):
        return None
    return TargetProblem(f"the host of {account.object} is no host name", "write a host name")


def login_of(settings: PlainSettings) -> Login | None:
    """Return what an account signs in with, ``None`` where it does not."""
    user, password = settings.auth.username, settings.auth.password
    if user is None or not isinstance(password, Mapping):
        return None
    return Login(str(user), {"secret": dict(password)})


def senders_of(declared: Mapping[str, Any], scope: Scope) -> Senders | TargetProblem:
    """Return everyone who sends, or a target's one ``person``; where mail is off, who has an own server."""
    person = str(declared.get("person") or "").lower()
    chosen = [account for account in scope.accounts if account.sends_by_smtp and account.envelope_sender]
    if person:
        chosen = [account for account in chosen if account.object.lower() == f"user:{person}"]
        if not chosen:
            return TargetProblem(f"nobody of mode smtp is declared as {person}", "write a person's e-mail address")
        return Senders(chosen[0], chosen)
    if scope.default is None:
        chosen = [account for account in chosen if account.own_server]
    return Senders(scope.default, chosen)


def two_of_a_name(accounts: Iterable[SendingObject], name_of: Callable[[SendingObject], str]) -> TargetProblem | None:
    """Return why a file cannot tell accounts apart: by the names that it takes, one would overwrite another."""
    named: dict[str, str] = {}
    for account in accounts:
        name = name_of(account)
        other = named.setdefault(name, account.object)
        if other != account.object:
            return TargetProblem(
                f"{other} and {account.object} would both be '{name}' there",
                "give one of them another name: letters are written small, and other signs as '-'",
            )
    return None
