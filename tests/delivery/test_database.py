"""What the queue's file itself holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from tests.delivery.conftest import end
from tools.queue.process import new_letter
from tools.queue.world import World

TEXT = b"the new password is f7Kq2-acme-9xLw"


def test_the_text_of_a_sent_message_is_overwritten_in_the_file(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.dbapi2.connect

    def plain(*given: Any, **options: Any) -> sqlite3.Connection:
        """Connect as an SQLite does that is built without ``SECURE_DELETE``."""
        made = connect(*given, **options)
        made.execute("PRAGMA secure_delete=OFF")
        return made

    monkeypatch.setattr(sqlite3.dbapi2, "connect", plain)
    end(sqlite_world, replace(new_letter(1), content=TEXT * 1000))
    files = list(sqlite_world.folder.glob("state-queue.sqlite"))
    with closing(connect(files[0])) as connection:
        assert connection.execute("SELECT state, content FROM mailspec_queue_mail").fetchall() == [("sent", None)]
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert TEXT not in files[0].read_bytes()
