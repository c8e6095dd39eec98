"""Bounce mails: what came back after a server had taken a message, matched by Message-ID and counted once.

A report counts only for a message of this queue, and for one recipient of it once, however often the report is read
or comes. Whoever got a message can write such a report for it: it moves the bounce rate and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import asdict
from email.message import Message
from email.utils import parsedate_to_datetime

from sqlalchemy import Connection, select

from mailspec.delivery.database import Database
from mailspec.delivery.letters import letter
from mailspec.delivery.tables import BOUNCE, MAIL
from mailspec.diagnosis.bounce import Explained, explain
from mailspec.files.json_text import read_json
from mailspec.outcome.delivery import Letter, Trouble
from mailspec.outcome.queue import Bounce, Report
from mailspec.text.foreign_mail import Unreadable, addresses_in, read_mail

_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
# A report names one message, and perhaps those that it answers; a mail that names more is looked at no further.
_MOST_IDS = 200
_LONGEST = 512 * 1024
_LONGEST_WORDS = 1000
# RFC 3464 section 2.3.3; what went well or went on elsewhere ("relayed", "expanded") is no bounce.
COUNTED = "failed"
_KEPT = (COUNTED, "delayed")
_WRITERS = frozenset({"mailer-daemon", "postmaster", "mailerdaemon", "mail-daemon"})


def take(database: Database, raw: bytes) -> Report | Unreadable:
    """Read one mail and record what it reports. Raises ``StateError`` where the database fails."""
    mail = read_mail(raw[:_LONGEST])
    if isinstance(mail, Unreadable):
        return mail
    named = _named(mail, raw) - {str(mail.get("Message-ID", "")).strip()}
    if not named:
        return Report("other")
    with database.read() as connection:
        stored = _original(database, connection, named)
    if stored is None:
        return Report("other")
    found = [(one, _recipient(one, stored)) for one in _explained(mail, raw, stored)]
    if not found:
        return Report("no_report", stored.id)
    with database.write() as connection:
        database.serialise(connection, "bounces")
        now = database.now(connection)
        at = min(now, max(stored.created, _date(mail) or now))
        taken = tuple(_record(database, connection, stored, one, recipient, at) for one, recipient in found)
    return Report("bounced", stored.id, taken)


def bounces_of(database: Database, ids: Collection[str]) -> dict[str, list[Bounce]]:
    """Return what came back of some messages, the oldest first."""
    found: dict[str, list[Bounce]] = {}
    with database.read() as connection:
        query = select(BOUNCE).where(*database.of(BOUNCE), BOUNCE.c.mail.in_(ids)).order_by(BOUNCE.c.at)
        for row in connection.execute(query):
            trouble = Trouble(**read_json(row.trouble))
            found.setdefault(row.mail, []).append(Bounce(row.recipient, row.action, row.at, trouble))
    return found


def _named(mail: Message, raw: bytes) -> set[str]:
    """Return the Message-IDs that stand anywhere in a mail, also where a part is encoded."""
    texts = [raw[:_LONGEST].decode("latin-1")]
    for part in mail.walk():
        encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
        payload = part.get_payload(decode=True) if encoding in ("base64", "quoted-printable") else None
        if isinstance(payload, bytes):
            texts.append(payload.decode("latin-1"))
    found = dict.fromkeys(match[0] for text in texts for match in _MESSAGE_ID.finditer(text))
    return set(list(found)[:_MOST_IDS])


def _original(database: Database, connection: Connection, ids: Collection[str]) -> Letter | None:
    columns = [column for column in MAIL.c if column.name != "content"]
    query = select(*columns).where(*database.of(MAIL), MAIL.c.message_id.in_(ids)).order_by(MAIL.c.created.desc())
    row = connection.execute(query.limit(1)).mappings().first()
    return None if row is None else letter(dict(row))


def _explained(mail: Message, raw: bytes, stored: Letter) -> Sequence[Explained]:
    """Return what a report says of each recipient; nothing where the mail is none (an answer, a holiday notice)."""
    found = [one for one in explain(raw[:_LONGEST].decode("utf-8", "surrogateescape")) if one.recipient is not None]
    if any(one.action is None for one in found):
        # In no form that is known: then it must come from a mail system, and say of whom it speaks and why.
        writer = addresses_in(mail.get_all("From", [])[:1])
        if not writer or writer[0].partition("@")[0].lower() not in _WRITERS:
            return []
        ours = {entry.address.lower() for entry in stored.recipients}
        found = [one for one in found if one.diagnosis.category != "unknown" and (one.recipient or "").lower() in ours]
    return [one for one in found if (one.action or COUNTED) in _KEPT]


def _recipient(one: Explained, stored: Letter) -> str:
    """Return the recipient as the message has it: behind an alias or a redirection, reports name another address."""
    reported = one.recipient or ""
    ours = {entry.address.lower(): entry.address for entry in stored.recipients}
    if reported.lower() in ours:
        return ours[reported.lower()]
    return stored.recipients[0].address if len(stored.recipients) == 1 else reported[:320]


def _record(
    database: Database, connection: Connection, stored: Letter, one: Explained, recipient: str, at: float
) -> Bounce:
    action = one.action or COUNTED
    diagnosis = one.diagnosis
    trouble = Trouble(
        reason="it came back after the server had taken it" if action == COUNTED else "it is late, says a report",
        category=diagnosis.category,
        detail=diagnosis.detail,
        smtp_code=diagnosis.smtp_code,
        enhanced_code=diagnosis.enhanced_code,
        server_reply=one.words[:_LONGEST_WORDS].encode("utf-8", "replace").decode(),
        advice=diagnosis.advice,
        retry=diagnosis.retry,
    )
    key = "\n".join((*database.key.values(), stored.id, recipient.lower(), action))
    id = hashlib.sha256(key.encode()).hexdigest()
    if connection.execute(select(BOUNCE.c.id).where(BOUNCE.c.id == id)).first() is not None:
        return Bounce(recipient, action, at, trouble, new=False)
    row = {**database.key, "id": id, "mail": stored.id, "recipient": recipient, "at": at, "action": action}
    connection.execute(BOUNCE.insert().values(**row, trouble=json.dumps(asdict(trouble))))
    return Bounce(recipient, action, at, trouble)


def _date(mail: Message) -> float | None:
    try:
        return parsedate_to_datetime(str(mail.get("Date", ""))).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
