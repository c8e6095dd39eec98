"""MS008 for values: characters that end a line, hide, or only look like others, where a value goes over the wire.

What stands in the file itself is told when it is read; here are the escapes and blocks of YAML that give such values.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from mailspec.load.item import Item, Path, in_own_key, leaves
from mailspec.model.fields import SECRET_WORDS, Settings
from mailspec.outcome.finding import Finding
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item

# C0, DEL, C1 and Unicode's own line ends.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What an editor or a web page writes for a blank or a quote.
CURLY_QUOTES = "\u2018\u2019\u201a\u201c\u201d\u201e"
_LOOKS_ALIKE = re.compile(f"[\u00a0\u2007\u202f{CURLY_QUOTES}]")
_EXACT = frozenset({Settings.host, "username"})
# Curly quotes that YAML took for letters, because it knows only straight ones. Within a name they may be meant.
_AROUND = re.compile("[\u2018\u2019\u201a\u201c\u201d\u201e].*[\u2018\u2019\u201c\u201d]", re.DOTALL)
_ADDRESSES = frozenset(
    {"email", "from", "envelope_from", "reply_to", "send_as", "mobile_from", "accounts", "may_send_as"}
    | {"may_send_on_behalf_of", "test_recipients", "allowed_recipients"}
)
_KIND = {"configurations": "configuration", "groups": "group", "users": "user", "mailings": "mailing"}
# Header fields and paths are held to rules of their own, and references are no values.
_ELSEWHERE = SECRET_WORDS | {"headers", "ca_file", "client_cert"}
# What an object is called in the files, and where it is named, is shown and never sent.
_NAMES = frozenset({"configuration", "fallback", "members", "senders", "renamed_from"})


def check(context: Context) -> Iterator[Finding]:
    """Look at every value of an account, a person or a mailing, and at the names that recipients see."""
    spec = context.spec
    for section, kind in _KIND.items():
        for name, item in context.items(section):
            yield from _in(item, f"{kind}:{item.get('email') or name}", named=kind != "user")
    yield from _in(spec.general, None)
    yield from _in(spec.instance, None)
    yield from _in(spec.policy, None)


def _in(item: Item, object_: str | None, *, named: bool = False) -> Iterator[Finding]:
    # Most items are printable ASCII throughout, in which neither can stand; no path is made for those.
    if _is_plain(item.data):
        return
    for path in leaves(item.data):
        value = _at(item.data, path)
        if not isinstance(value, str) or _is_plain(value):
            continue
        word = _word(path)
        exact = _exact_part(word, value)
        if _AROUND.fullmatch(value) and not exact:
            yield at_item(
                "MS008",
                item,
                path,
                f"'{word}' has curly quotes around it, which are a part of it: YAML knows only straight ones.",
                object=object_,
                severity="warning",
                help="Write straight quotes, or none.",
            )
        if (named and path == ("name",)) or not _NAMES.isdisjoint(path):
            continue
        if in_own_key(path) or not _ELSEWHERE.isdisjoint(path):
            continue
        wrong = _CONTROLS.search(value) or _LOOKS_ALIKE.search(exact)
        if wrong is None and word == "username" and value != value.strip():
            where = "start" if value[:1].isspace() else "end"
            yield at_item(
                "MS008",
                item,
                path,
                f"'{word}' has a blank at its {where}, which is sent as a part of it.",
                object=object_,
                help="Write it without.",
            )
        if wrong is not None:
            yield at_item(
                "MS008",
                item,
                path,
                f"'{word}' holds {_name(wrong[0])}, which would end or change what is sent.",
                object=object_,
                help="Write it on one line, with plain letters, blanks and quotes.",
            )


def _exact_part(word: str, value: str) -> str:
    """Return what of a value signs in or is looked up letter by letter: a host, a user name, an address."""
    if word in _EXACT:
        return value
    return value.rpartition("<")[2] if word in _ADDRESSES else ""


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isprintable() and value == value.strip()
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    return not isinstance(value, list) or all(map(_is_plain, value))


def _word(path: Path) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _name(character: str) -> str:
    if character in "\r\n\u2028\u2029\x85":
        return "a line break"
    if character == "\t":
        return "a tab"
    name = unicodedata.name(character, "").lower()
    return f"a {name}" if name else f"the control character U+{ord(character):04X}"


CHECKS = (Check(("MS008",), check),)
