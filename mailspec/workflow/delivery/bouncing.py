"""``queue bounces``: the mails of files, Maildirs and mailboxes, each read for what came back."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from mailspec.delivery.bounces import take
from mailspec.delivery.database import Database
from mailspec.files.opening import MIB, Unread
from mailspec.outcome.queue import Report
from mailspec.source.named import read_named
from mailspec.text.foreign_mail import Unreadable
from mailspec.workflow.project import UsageError

LARGEST = 64 * MIB  # bytes of a file: a mailbox may hold many mails
# As many reports as fit into so large a file, and no more empty mails than can be read in seconds.
_MOST = 20_000
STDIN = "-"
_FROM = re.compile(rb"^From [^\r\n]*\r?\n", re.MULTILINE)


class Read(NamedTuple):
    """One mail and what it reports, or why a file or a mail was not read. ``number`` counts a mailbox file's mails."""

    place: str
    number: int
    report: Report | None
    problem: str = ""


def read_bounces(database: Database, paths: Sequence[str], stdin: Callable[[], bytes]) -> Iterator[Read]:
    """Read all mails and record what they report.

    Raises:
        UsageError: a path does not exist.
        StateError: the database fails.
    """
    places = [place for path in paths for place in _files(path)]
    for place in places:
        contents = stdin() if place == STDIN else read_named(place, LARGEST)
        if isinstance(contents, Unread):
            # Whoever else reads a Maildir moves its files meanwhile.
            if contents.kind != "missing":
                yield Read(place, 1, None, contents.reason)
            continue
        raw = contents if isinstance(contents, bytes) else contents.raw
        mails = _mails(raw)
        for number, mail in enumerate(mails[:_MOST], 1):
            taken = take(database, mail)
            if isinstance(taken, Unreadable):
                yield Read(place if len(mails) == 1 else f"mail {number} of {place}", number, None, taken.reason)
            else:
                yield Read(place, number, taken)
        if len(mails) > _MOST:
            yield Read(f"what follows mail {_MOST} of {place}", _MOST, None, "part the file into smaller ones")


def _files(path: str) -> list[str]:
    """Return the files of a path: itself, those of a Maildir, or those right within a folder."""
    if path == STDIN:
        return [STDIN]
    if not os.path.exists(path):
        raise UsageError(f"{path} does not exist.")
    if not os.path.isdir(path):
        return [path]
    boxes = [box for name in ("new", "cur") if os.path.isdir(box := os.path.join(path, name))] or [path]
    files = (os.path.join(box, name) for box in boxes for name in sorted(os.listdir(box)) if name[:1] != ".")
    return [file for file in files if os.path.isfile(file)]


def _mails(raw: bytes) -> list[bytes]:
    """Part a mailbox file (mbox, RFC 4155) at its "From " lines; any other file is one mail."""
    return _FROM.split(raw, _MOST + 1)[1:] if raw.startswith(b"From ") else [raw]
