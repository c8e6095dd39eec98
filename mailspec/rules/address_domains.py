"""MS105 for addresses: domains that cannot be sent, because they have no form in ASCII (RFC 5891) or are none."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Item, Path
from mailspec.model.fields import ADDRESSES, Settings
from mailspec.outcome.finding import Finding
from mailspec.rules.base import Check, Context
from mailspec.rules.characters import CURLY_QUOTES
from mailspec.rules.say import at_item, at_value
from mailspec.text.address import is_address
from mailspec.text.domain import NoDomain, ascii_address

_HELP = "Write the domain as it is registered, such as acme.example."


def check(context: Context) -> Iterator[Finding]:
    """Look at every address that mail is sent from or answered to."""
    for settings in context.configurations:
        seen = set()
        for field in ADDRESSES:
            value = settings.value(field)
            message = None if value is None else _wrong(value.value)
            if message is not None and message not in seen:
                seen.add(message)
                yield at_value("MS105", value, message, object=settings.object, help=_HELP)
    for person, _identities in context.kinds:
        value = person.value(Settings.from_.email)
        message = None if value is None else _wrong(value.value)
        if message is not None:
            yield at_value("MS105", value, message, object=person.object, help=_HELP)
    spec = context.spec
    yield from _of(spec.general, ("bulk", "mobile_from"), "mobile")
    for name, item in spec.mailings.items():
        yield from _of(item, ("send_as",), f"mailing:{name}")


def _of(item: Item, path: Path, object_: str) -> Iterator[Finding]:
    message = _wrong(item.get(*path))
    if message is not None:
        yield at_item("MS105", item, path, message, object=object_, help=_HELP)


def _wrong(address: object) -> str | None:
    # What is no address is MS003; curly quotes around one are MS008.
    if not isinstance(address, str) or not is_address(address) or "{{" in address or "${" in address:
        return None
    sent = ascii_address(address.strip(CURLY_QUOTES))
    return f"The domain of '{address}' cannot be sent: {sent.reason}." if isinstance(sent, NoDomain) else None


CHECKS = (Check(("MS105",), check),)
