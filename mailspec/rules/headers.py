"""MS003 for a message's header: fields that mailspec sets itself, values that do not fit or are not the text itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailspec.load.item import Item, in_own_key, leaves
from mailspec.model.fields import SECRET_WORDS
from mailspec.outcome.finding import Finding
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item

_HELP = {
    "reserved": "Remove the field: mailspec writes it, from `from`, `reply_to` and what is sent.",
    "recipients": "Remove the field: who gets mail is held to the policy and the limits, which do not see it.",
    "link": "Write https: or mailto: addresses, a comma in them as %2C, and no fields but subject and body.",
    "name": "Write at most 76 letters, digits and '-', such as X-System.",
    "encoded": "Write the text itself, in UTF-8: mailspec encodes it. These characters would be sent as they stand.",
    "value": "Write one line of at most 998 characters (RFC 5322 section 2.1.1).",
}

# Header fields are looked at above; references are no values.
_ELSEWHERE = SECRET_WORDS | {"headers"}
_SHOWN = 200
_KIND = {"configurations": "configuration", "groups": "group", "users": "user", "mailings": "mailing"}


def check(context: Context) -> Iterator[Finding]:
    """Look at fields, at names and addresses, and at the links of mailings."""
    yield from _fields(context)
    for section, kind in _KIND.items():
        for name, item in context.items(section):
            yield from _texts(item, f"{kind}:{item.get('email') or name}")
    for name, item in context.items("email_types"):
        yield from _texts(item, f"email_type:{name}")
    yield from _texts(context.spec.general, None)
    yield from _texts(context.spec.instance, None)
    for name, item in context.items("mailings"):
        yield from _links(item, f"mailing:{name}")


def _fields(context: Context) -> Iterator[Finding]:
    """Look at each configuration's headers. Characters that no name may have are told by the language itself."""
    for name, item in context.spec.configurations.items():
        headers = item.get("headers")
        if not isinstance(headers, dict) or not headers:
            continue
        from mailspec.outcome.header_fields import field_problem
        from mailspec.outcome.sentence import sentence

        first: dict[str, str] = {}
        for field, value in headers.items():
            twice = first.setdefault(str(field).lower(), str(field))
            if twice != field:
                message = f"The header field {field} is the same as {twice}: capitals make no difference."
                help_ = "Remove one of the two."
                yield at_item(
                    "MS003", item, ("headers", field), message, key=True, object=f"configuration:{name}", help=help_
                )
                continue
            problem = field_problem(str(field), value) if isinstance(value, str) else None
            if problem is not None:
                yield at_item(
                    "MS003",
                    item,
                    ("headers", field),
                    sentence(problem.message),
                    key=problem.kind in ("name", "reserved", "recipients"),
                    object=f"configuration:{name}",
                    help=_help(value) if problem.kind == "encoded" else _HELP[problem.kind],
                )


def _texts(item: Item, object_: str | None) -> Iterator[Finding]:
    """Look for encoded words, which another program's file or a mail's source brings along."""
    if not _any_encoded(item.data):
        return
    from mailspec.outcome.header_fields import has_encoded_word

    for path in leaves(item.data):
        value = item.data
        for step in path:
            value = value[step]
        if not isinstance(value, str) or not has_encoded_word(value):
            continue
        if in_own_key(path) or not _ELSEWHERE.isdisjoint(path):
            continue
        word = next((step for step in reversed(path) if isinstance(step, str)), "")
        message = f"'{word}' holds an encoded word (RFC 2047), which is not the text itself."
        yield at_item("MS003", item, path, message, object=object_, help=_help(value))


def _links(item: Item, object_: str) -> Iterator[Finding]:
    link = item.get("list_unsubscribe")
    if not isinstance(link, str) or not link:
        return
    from mailspec.outcome.header_fields import link_problem

    problem = link_problem(link)
    if problem is not None:
        message = f"'list_unsubscribe' {problem}."
        help_ = "Write one https: or mailto: address, a comma in it as %2C, and no fields but subject and body."
        yield at_item("MS003", item, ("list_unsubscribe",), message, object=object_, help=help_)


def _help(value: str) -> str:
    from mailspec.outcome.header_fields import meant_by

    meant = meant_by(value)
    return f"Write the text itself: {meant}" if meant and len(meant) <= _SHOWN else _HELP["encoded"]


def _any_encoded(data: Any) -> bool:
    if isinstance(data, str):
        return "=?" in data
    if isinstance(data, dict):
        return any(map(_any_encoded, data.values()))
    return isinstance(data, list) and any(map(_any_encoded, data))


CHECKS = (Check(("MS003",), check),)
