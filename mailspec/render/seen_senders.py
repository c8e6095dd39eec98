"""Each sender as recipients will see it, with everybody who sends so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mailspec.model.effective import Effective
from mailspec.text.address import clean_name, format_address


class SeenSender(NamedTuple):
    """One way to appear in an inbox. ``sender`` is set where mail is sent on behalf of somebody else."""

    name: str
    email: str
    sender: str
    bounces: str
    replies: str
    objects: tuple[str, ...]

    @property
    def header(self) -> str:
        """The From header as it is written."""
        return format_address(self.name, self.email)

    @property
    def initial(self) -> str:
        """The letter that mail programs put in the round picture."""
        return next((character for character in self.name or self.email if character.isalnum()), "?").upper()


def seen_senders(settings: Iterable[Effective]) -> tuple[SeenSender, ...]:
    """Return every sender once, in the order of declaration. Objects without an address send as nobody."""
    values: dict[tuple[str, str, str, str, str], list[str]] = {}
    for entry in settings:
        email = entry.from_.email
        if not email or entry.kind == "group":
            continue
        bounces = str(entry.envelope_from or "")
        key = (
            clean_name(str(entry.from_.name or "")),
            str(email),
            str(entry.sender or ""),
            "" if bounces == email else bounces,
            str(entry.reply_to or ""),
        )
        values.setdefault(key, []).append(entry.object)
    return tuple(SeenSender(*key, tuple(objects)) for key, objects in values.items())
