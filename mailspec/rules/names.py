"""MS009: domains whose letters come from several scripts and may pose as another domain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailspec.load.item import Item, Path, leaves
from mailspec.outcome.finding import Finding
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item
from mailspec.text import mixed_script, punycode

_WHERE = frozenset(
    {
        "host",
        "email",
        "from",
        "username",
        "send_as",
        "envelope_from",
        "reply_to",
        "mobile_from",
        "may_send_as",
        "may_send_on_behalf_of",
        "members",
        "accounts",
        "allowed_sender_domains",
        "allowed_recipients",
        "test_recipients",
    }
)


def check(context: Context) -> Iterator[Finding]:
    """Look at every host and address that is not plain ASCII."""
    if all(document.text.isascii() and not document.has_escapes for document in context.spec.documents):
        return
    spec = context.spec
    items: list[Item] = [*spec.maps.values()]
    for section in spec.lists.values():
        items.extend(section.values())
    for item in items:
        for path in leaves(item.data):
            domain = _domain(item, path)
            if domain is not None and mixed_script(domain):
                yield at_item(
                    "MS009",
                    item,
                    path,
                    f"The domain mixes letters of several scripts; mail programs show it as {punycode(domain)}.",
                    help="Type the domain again by hand, or keep it if it is really registered like this.",
                )


def _domain(item: Item, path: Path) -> str | None:
    """Return the domain that a leaf holds, ``None`` where it holds none or a plain one."""
    text: Any = item.data
    for step in path:
        text = text[step]
    if not isinstance(text, str) or text.isascii() or not any(step in _WHERE for step in path):
        return None
    if "@" not in text and path[-1] != "host" and "allowed_sender_domains" not in path:
        return None
    return text.rpartition("@")[2].strip("<> \"'")


CHECKS = (Check(("MS009",), check),)
