"""The tables. Structured values are JSON text, so that both databases hold the same."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, MetaData, String, Table, Text

METADATA = MetaData()


def _key() -> list[Column[str]]:
    return [
        Column("instance", String(200), primary_key=True),
        Column("environment", String(100), primary_key=True),
    ]


SCHEMA = Table("mailspec_schema", METADATA, Column("version", Integer, primary_key=True, autoincrement=False))

INSTANCE = Table(
    "mailspec_instance",
    METADATA,
    *_key(),
    Column("lineage", String(36), nullable=False),
    Column("serial", BigInteger, nullable=False),
)

OBJECT = Table(
    "mailspec_object",
    METADATA,
    *_key(),
    Column("name", Text, primary_key=True),
    Column("fields", Text, nullable=False),
    Column("sensitive", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)

TARGET = Table(
    "mailspec_target",
    METADATA,
    *_key(),
    Column("name", Text, primary_key=True),
    Column("record", Text, nullable=False),
)

# Times are seconds since 1970 in UTC.
HISTORY = Table(
    "mailspec_history",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("instance", String(200), nullable=False, index=True),
    Column("environment", String(100), nullable=False),
    Column("apply", String(36), nullable=False, unique=True),
    Column("at", Float(53), nullable=False),
    Column("who", Text, nullable=False),
    Column("commit", Text),
    Column("status", String(20), nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("plan", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("tests", Text, nullable=False),
    Column("objects", Text, nullable=False),
    Column("targets", Text, nullable=False),
)

# A free lock keeps its row, and with it the number that the next holder counts on from.
LOCK = Table(
    "mailspec_lock",
    METADATA,
    *_key(),
    Column("token", BigInteger, nullable=False),
    Column("holder", Text),
    Column("host", Text),
    Column("pid", BigInteger),
    Column("machine", Text),
    Column("since", Float(53)),
    Column("expires", Float(53)),
)

PENDING = Table(
    "mailspec_pending",
    METADATA,
    *_key(),
    Column("apply", String(36), nullable=False),
    Column("holder", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("at", Float(53), nullable=False),
    Column("traces", Text, nullable=False),
)

PLAN = Table(
    "mailspec_plan",
    METADATA,
    *_key(),
    Column("digest", String(80), primary_key=True),
    Column("at", Float(53), nullable=False),
)

# What belongs to one instance and environment.
KEYED = (INSTANCE, OBJECT, TARGET, HISTORY, LOCK, PENDING, PLAN)
