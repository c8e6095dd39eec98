"""An account's limits over all workers: whoever sends takes a place first, in one transaction.

A place counts from the moment it is taken until the window after its message was done. As a message reaches the
server between those two, no window at the server can see more than the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from mailspec.delivery.database import Database
from mailspec.delivery.tables import MAIL, PLACE

MINUTE = 60.0
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What an account sends at most; ``None`` is without limit. ``minute`` is how long one is, in seconds."""

    messages_per_minute: int | None = None
    messages_per_day: int | None = None
    recipients_per_message: int | None = None
    recipients_per_day: int | None = None
    minute: float = MINUTE

    def beyond(self, recipients: int) -> str | None:
        """Say which limit a message with so many recipients can never keep, ``None`` where it can."""
        for name in ("recipients_per_message", "recipients_per_day"):
            most = getattr(self, name)
            if most is not None and recipients > most:
                return f"{recipients} recipients, and {name} is {most}"
        return None

    @property
    def counted(self) -> bool:
        """Tell whether places have to be counted at all."""
        return (self.messages_per_minute, self.messages_per_day, self.recipients_per_day) != (None, None, None)


# Made once, because every message needs it; a message's id is of one queue alone.
_LEFT = PLACE.update().where(PLACE.c.mail == bindparam("its"), PLACE.c.ended.is_(None)).values(ended=bindparam("now"))


class _Window(NamedTuple):
    seconds: float
    most: int
    recipients: bool


def take(
    database: Database, connection: Connection, account: str, limits: Limits, letter: str, recipients: int
) -> float | None:
    """Take a place for a message, and return ``None``; where there is none, how many seconds until there may be one.

    A place that the same message took before, in a turn that was cut short, ends now.
    """
    if not limits.counted:
        return None
    database.serialise(connection, "places")
    now = database.now(connection)
    own = (*database.of(PLACE), PLACE.c.account == account)
    connection.execute(PLACE.update().where(*own, PLACE.c.mail == letter, PLACE.c.ended.is_(None)).values(ended=now))
    wait = 0.0
    for window in _windows(limits):
        counts = (*own, (PLACE.c.ended.is_(None)) | (PLACE.c.ended > now - window.seconds))
        what = func.coalesce(func.sum(PLACE.c.recipients), 0) if window.recipients else func.count()
        taken = int(connection.execute(select(what).select_from(PLACE).where(*counts)).scalar_one())
        more = recipients if window.recipients else 1
        if taken + more > window.most:
            lacking = taken + more - window.most
            ahead = _ahead(database, connection, account, now) // max(1, window.most // more)
            wait = max(wait, _until_free(connection, counts, window, now, lacking) + ahead * window.seconds)
    if wait > 0:
        return wait
    connection.execute(PLACE.insert().values(**database.key, account=account, mail=letter, recipients=recipients))
    return None


def leave(database: Database, connection: Connection, letter: str) -> None:
    """Say that a message's turn is over: its place counts for the window from now on."""
    connection.execute(_LEFT, {"its": letter, "now": database.now(connection)})


def prune(database: Database, connection: Connection) -> None:
    """Delete places that no window sees any more."""
    connection.execute(PLACE.delete().where(*database.of(PLACE), PLACE.c.ended < database.now(connection) - DAY))


def waits_for(account: str) -> str:
    """Return the word for a message that waits for a place in an account's limits."""
    return f"limit of {account}"


def _ahead(database: Database, connection: Connection, account: str, now: float) -> int:
    """Return how many messages wait for a place already: each gets its own time, instead of all the next one."""
    waiting = (*database.of(MAIL), MAIL.c.waits_for == waits_for(account), MAIL.c.due > now)
    return int(connection.execute(select(func.count()).select_from(MAIL).where(*waiting)).scalar_one())


def _windows(limits: Limits) -> list[_Window]:
    windows = []
    if limits.messages_per_minute is not None:
        windows.append(_Window(limits.minute, limits.messages_per_minute, False))
    if limits.messages_per_day is not None:
        windows.append(_Window(DAY, limits.messages_per_day, False))
    if limits.recipients_per_day is not None:
        windows.append(_Window(DAY, limits.recipients_per_day, True))
    return windows


def _until_free(connection: Connection, counts: tuple[object, ...], window: _Window, now: float, lacking: int) -> float:
    """Return the seconds until enough places have left the window; those under way are taken to end soon."""
    rows = connection.execute(
        select(PLACE.c.ended, PLACE.c.recipients)
        .where(*counts, PLACE.c.ended.is_not(None))  # type: ignore[arg-type]
        .order_by(PLACE.c.ended)
        .limit(lacking)
    ).all()
    freed = 0
    for ended, recipients in rows:
        freed += recipients if window.recipients else 1
        if freed >= lacking:
            return max(0.5, float(ended) + window.seconds - now)
    return min(window.seconds, 5.0)
