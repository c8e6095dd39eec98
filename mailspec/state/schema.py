"""Make the tables, or bring older ones up to date, one version at a time."""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlalchemy import Connection, inspect, select, text, update

from mailspec.files.json_text import read_json
from mailspec.state.decode import without_secrets
from mailspec.state.errors import StateError, damaged
from mailspec.state.tables import HISTORY, METADATA, SCHEMA

_ADVISORY = 0x6D61696C  # one number for every mailspec, so that two first runs do not both create the tables


def _create(connection: Connection) -> None:
    METADATA.create_all(connection)


def _remove_secrets(connection: Connection) -> None:
    """Take out of the history what targets held in clear under a secret's key."""
    for number, text_ in connection.execute(select(HISTORY.c.id, HISTORY.c.changes)).all():
        try:
            changes = read_json(text_)
            kept = json.dumps(without_secrets(changes), sort_keys=True, separators=(",", ":"))
        except (ValueError, TypeError, AttributeError, RecursionError):
            # Damaged: reading it says so; nothing of it is shown.
            continue
        if kept != text_:
            connection.execute(update(HISTORY).where(HISTORY.c.id == number).values(changes=kept))


# Entry n brings version n to n + 1. The first one makes everything as it is today; later ones say ALTER
# TABLE.
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_create, _remove_secrets)
VERSION = len(MIGRATIONS)


def version(connection: Connection, name: str) -> int:
    """Return the version of the tables, 0 where there are none.

    Raises ``StateError`` for what is not ours.
    """
    tables = set(inspect(connection).get_table_names())
    if SCHEMA.name not in tables:
        if connection.dialect.name == "sqlite" and tables:
            raise StateError(
                "state-foreign",
                f"{name} is a database of something else (it holds the table {min(tables)})",
                "give --state a file of its own",
            )
        return 0
    found = connection.execute(SCHEMA.select()).scalars().all()
    if len(found) != 1 or not set(METADATA.tables) <= tables:
        raise damaged(name, "it lacks parts of mailspec's state")
    # Version 0 is never written: no tables have no row that says so.
    if not isinstance(found[0], int) or found[0] < 1:
        raise damaged(name, f"its version is none that any mailspec writes ({SCHEMA.name}.version)")
    if found[0] > VERSION:
        raise StateError(
            "state-newer",
            f"{name} was written by a newer mailspec (its version {found[0]}, this one knows {VERSION})",
            "update mailspec on this machine",
        )
    return int(found[0])


def ensure(connection: Connection, name: str) -> None:
    """Create or migrate the tables within the caller's transaction. Raises ``StateError``."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ADVISORY})
    entry = version(connection, name)
    if entry == VERSION:
        return
    for migrate in MIGRATIONS[entry:]:
        migrate(connection)
    connection.execute(SCHEMA.delete())
    connection.execute(SCHEMA.insert().values(version=VERSION))
