"""The queue's tables. The engine's own tables lie beside them in the same database.

Times are seconds since 1970 in UTC. Structured values are JSON text, so that both databases hold the same.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

METADATA = MetaData()

SCHEMA = Table("mailspec_queue_schema", METADATA, Column("version", Integer, primary_key=True, autoincrement=False))

# One message. ``run`` numbers its turns in the engine, ``attempts`` only those in which a server was asked.
# ``waits_for`` says why it waits until ``due``: a retry, an account's limit, mail that is off. ``content`` goes when
# the message has been sent.
MAIL = Table(
    "mailspec_queue_mail",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("instance", String(200), nullable=False),
    Column("environment", String(100), nullable=False),
    Column("created", Float(53), nullable=False),
    Column("changed", Float(53), nullable=False),
    Column("state", String(10), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("sender", Text, nullable=False),
    Column("mailing", Text),
    Column("configuration", Text),
    Column("origin", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("envelope_from", Text, nullable=False),
    Column("recipients", Text, nullable=False),
    Column("content", LargeBinary),
    Column("utf8", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("run", Integer, nullable=False),
    Column("due", Float(53)),
    Column("waits_for", Text),
    Column("sent", Float(53)),
    Column("via", Text),
    Column("trouble", Text),
    Column("doubtful", Boolean, nullable=False),
    Index("mailspec_queue_mail_state", "instance", "environment", "state", "created"),
    Index("mailspec_queue_mail_waits_for", "instance", "environment", "waits_for"),
    Index("mailspec_queue_mail_changed", "instance", "environment", "changed"),
    Index("mailspec_queue_mail_message_id", "message_id"),
)

# A place in an account's limits; it counts while the message is under way and for the window after that.
PLACE = Table(
    "mailspec_queue_place",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("instance", String(200), nullable=False),
    Column("environment", String(100), nullable=False),
    Column("account", Text, nullable=False),
    Column("mail", String(36), nullable=False, index=True),
    Column("recipients", Integer, nullable=False),
    Column("ended", Float(53)),
    Index("mailspec_queue_place_account", "instance", "environment", "account", "ended"),
)

# A configuration for which another one stands in.
STANDING = Table(
    "mailspec_queue_standing",
    METADATA,
    Column("instance", String(200), primary_key=True),
    Column("environment", String(100), primary_key=True),
    Column("configuration", String(200), primary_key=True),
    Column("via", Text, nullable=False),
    Column("since", Float(53), nullable=False),
    Column("reason", Text, nullable=False),
)

# What came back after the server had taken the message.
BOUNCE = Table(
    "mailspec_queue_bounce",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("instance", String(200), nullable=False),
    Column("environment", String(100), nullable=False),
    Column("mail", String(36)),
    Column("recipient", Text, nullable=False),
    Column("at", Float(53), nullable=False),
    Column("action", String(20), nullable=False),
    Column("trouble", Text, nullable=False),
    Index("mailspec_queue_bounce_at", "instance", "environment", "at"),
)

WORKER = Table(
    "mailspec_queue_worker",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("instance", String(200), nullable=False),
    Column("environment", String(100), nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("version", Text, nullable=False),
    Column("started", Float(53), nullable=False),
    Column("seen", Float(53), nullable=False),
    Column("ended", Float(53)),
    Column("how", String(10)),
)
