"""Make the tables, or bring older ones up to date, one version at a time."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, inspect, text

from mailspec.state.errors import StateError, damaged
from mailspec.state.tables import METADATA, SCHEMA

_ADVISORY = 0x6D61696C  # one number for every mailspec, so that two first runs do not both create the tables


def _create(connection: Connection) -> None:
    METADATA.create_all(connection)


# Entry n brings version n to n + 1. The first one makes everything as it is today; later ones say ALTER
# TABLE.
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_create,)
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
