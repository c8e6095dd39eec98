"""MS211: addresses whose part before the @ holds letters beyond ASCII. Domains go over the wire as A-labels (MS009)."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Item, Path
from mailspec.model.fields import Settings
from mailspec.outcome.finding import Finding
from mailspec.rules.base import Check, Context
from mailspec.rules.characters import CURLY_QUOTES
from mailspec.rules.say import at_item, at_value

_QUOTES = dict.fromkeys(map(ord, CURLY_QUOTES))
_ADDRESSES = (Settings.from_.email, Settings.envelope_from)


def check(context: Context) -> Iterator[Finding]:
    """Look at what is sent in MAIL FROM and From: of configurations, mobile mail and mailings."""
    for settings in context.configurations:
        for field in _ADDRESSES:
            value = settings.value(field)
            # A From that follows from the user name is told at the user name.
            if value is not None and value.item is not None and _beyond_ascii(value.value):
                yield at_value("MS211", value, _message(value.value), object=settings.object, help=_HELP)
    spec = context.spec
    yield from _of(spec.general, ("bulk", "mobile_from"), "mobile")
    for name, item in spec.mailings.items():
        yield from _of(item, ("send_as",), f"mailing:{name}")


def _of(item: Item, path: Path, object_: str) -> Iterator[Finding]:
    address = item.get(*path)
    if _beyond_ascii(address):
        yield at_item("MS211", item, path, _message(address), object=object_, help=_HELP)


def _beyond_ascii(address: object) -> bool:
    # Curly quotes are no letters: MS008 tells them.
    local = address.rpartition("@")[0].translate(_QUOTES) if isinstance(address, str) else ""
    return not local.isascii()


def _message(address: object) -> str:
    return f"'{address}' has letters beyond ASCII before the @: only servers that offer SMTPUTF8 take it (RFC 6531)."


_HELP = "Every server on the way must offer it, the recipient's too: use an ASCII address, or try mailspec probe."

CHECKS = (Check(("MS211",), check),)
