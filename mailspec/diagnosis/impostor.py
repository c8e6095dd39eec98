"""Somebody else answers in the provider's place: a web host's own mail server, or a scanner that opens TLS.

Known by a greeting or a certificate that names a machine of another domain than any of the provider's. A
refused sign-in or an untrusted certificate then says nothing about password or settings, and the stranger's
name or authority must not be taken over.
"""

from __future__ import annotations

import re

from mailspec.diagnosis.advice import advice_for
from mailspec.diagnosis.place import Place
from mailspec.diagnosis.rule import Family, Rule
from mailspec.diagnosis.statement import Statement
from mailspec.diagnosis.tables import families
from mailspec.outcome.mail import Category

_NAME = r"(?:\*\.|\b)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
# Go, PHP, Node, Python, Java, msmtp: the names in the certificate that the server showed.
_CERTIFIED = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        rf"valid for ((?:{_NAME}(?:, )?)+),? ?(?:and )?not ",
        rf"CN=[`'\"]?({_NAME})",
        rf"altnames: ((?:DNS:{_NAME}(?:, )?)+)",
        rf"subject(?:\W{{1,3}}CN)?\W{{1,3}}({_NAME})",
    )
)
_FIRST = re.compile(_NAME)
# A public provider's certificate comes from a public authority; these errors say that this one does not.
_INTERCEPTED = re.compile(r"self[- _]signed|SELF_SIGNED|UntrustedRoot|untrusted root", re.IGNORECASE)
_REFUSED = ("bad_credentials", "username_form", "password_form", None, "account_disabled")


def other_machine(statement: Statement, where: Place, found: Rule) -> Rule:
    """Return the finding, or that another machine answers where the text shows it."""
    family = _meant(statement, where)
    if family is None:
        return found
    stranger = _stranger(statement, family)
    if found.category == "certificate" and (stranger or _INTERCEPTED.search(statement.line)):
        return _instead("certificate", stranger, where)
    signing_in = found.category == "app_password_required" or (
        found.category == "auth_failed" and found.detail in _REFUSED
    )
    return _instead("auth_failed", stranger, where) if signing_in and stranger and statement.greeting else found


def _instead(category: Category, stranger: str | None, where: Place) -> Rule:
    words = advice_for(category, "other_machine", where)
    return Rule("", category, "other_machine", f"{stranger} answered. {words}" if stranger else words, False)


def _meant(statement: Statement, where: Place) -> Family | None:
    """Return the family whose server was to be asked: by provider or host, else by a host that the text names."""
    named = _FIRST.findall(statement.line)
    for family in families():
        if not family.domains:
            continue
        if family.serves(where.provider, where.host) or any(family.serves(None, name.lower()) for name in named):
            return family
    return None


def _stranger(statement: Statement, family: Family) -> str | None:
    """Return the first name that a greeting or a certificate shows, if it is of none of the family's domains."""
    names = [statement.greeting] if statement.greeting else []
    for words in _CERTIFIED:
        match = words.search(statement.line)
        if match:
            names += _FIRST.findall(match[1])
    strangers = [name for name in names if not _belongs(name, family)]
    return strangers[0] if strangers and len(strangers) == len(names) else None


def _belongs(name: str, family: Family) -> bool:
    name = name.lower().removeprefix("*.")
    return any(name == domain or name.endswith("." + domain) for domain in family.domains)
