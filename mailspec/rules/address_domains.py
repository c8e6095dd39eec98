"""MS105 for addresses: what is none, and domains that cannot be sent, having no form in ASCII (RFC 5891)."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.model.fields import ADDRESSES, SENSITIVE, Settings
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding
from mailspec.resolve import mobile
from mailspec.rules.base import Check, Context
from mailspec.rules.characters import CURLY_QUOTES
from mailspec.rules.say import at_item, at_value
from mailspec.text.address import LONGEST_ADDRESS, PLACEHOLDER, fits, is_address
from mailspec.text.domain import NoDomain, ascii_address

_SHOWN = 60
_HELP = "Write an address such as noreply@acme.example, with its domain as it is registered."


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
        yield from _of(person.value(Settings.from_.email), person.object)
    spec = context.spec
    if spec.general.get("bulk", "mobile_from") is not None:
        yield from _of(mobile(context.resolver).value(Settings.from_.email), "mobile")
    for name, item in spec.mailings.items():
        message = _wrong(item.get("send_as"))
        if message is not None:
            yield at_item("MS105", item, ("send_as",), message, object=f"mailing:{name}", help=_HELP)


def in_patterns(context: Context) -> Iterator[Finding]:
    """Look at people whose addresses cannot stand for ``{email}`` in the reference to their secret."""
    for identity, item in context.spec.users.items():
        email = str(item.get("email"))
        if fits(email):
            continue
        person = context.resolver.person(identity)
        for field, value in person.fields.items():
            if field in SENSITIVE and PLACEHOLDER in str(value.value):
                yield at_item(
                    "MS105",
                    item,
                    ("email",),
                    f"'{email[:_SHOWN]}' cannot stand for {PLACEHOLDER} in {field}: "
                    "it would name another file, field or option, and is not read.",
                    object=person.object,
                    help="Give this person a reference of their own, without the pattern.",
                )


def _of(value: Value | None, object_: str) -> Iterator[Finding]:
    message = None if value is None else _wrong(value.value)
    if message is not None:
        yield at_value("MS105", value, message, object=object_, help=_HELP)


def _wrong(address: object) -> str | None:
    if not isinstance(address, str) or not address or "{{" in address or "${" in address:
        return None
    if not is_address(address):
        # What else is none is MS003, except in an environment variable.
        why = f": it has more than {LONGEST_ADDRESS} characters" if len(address) > LONGEST_ADDRESS else ""
        return f"'{address[:_SHOWN]}' is no address{why}."
    # Curly quotes around one are MS008.
    sent = ascii_address(address.strip(CURLY_QUOTES))
    return f"The domain of '{address}' cannot be sent: {sent.reason}." if isinstance(sent, NoDomain) else None


CHECKS = (Check(("MS105",), check), Check(("MS105",), in_patterns))
