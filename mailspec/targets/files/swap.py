"""Stage, switch, undo and finish for one file.

Every function but ``stage`` may be called again after a kill.
"""

from __future__ import annotations

import os
from contextlib import suppress

from mailspec.files.durable import Identity, create, give_mode, identity, remove, replace, sync_folder
from mailspec.targets.base import Left, TargetProblem, Undone
from mailspec.targets.files import journal
from mailspec.targets.files.journal import Journal, JournalError
from mailspec.targets.files.place import Place, problem_of


def left(place: Place) -> Left | TargetProblem | None:
    """Return whose journal lies beside the file, or why that cannot be told."""
    try:
        record = journal.read(place.journal)
    except JournalError:
        return Left("", "an unknown state", str(place.journal))
    except OSError as error:
        # Where no journal can be, nobody has left one; reading the target says what is wrong there.
        return problem_of(place.journal, error) if os.path.lexists(place.journal) else None
    return None if record is None else Left(record.apply, record.state, str(place.journal))


def stage(
    place: Place, old: Identity | None, before: bytes | None, after: bytes, mode: int, apply: tuple[str, str]
) -> TargetProblem | None:
    """Write the new content, the backup and the journal.

    ``old`` is the version that was read as ``before``; ``apply`` is the apply's id and its state's name. Raises
    ``OSError``; the caller undoes.
    """
    # Without a journal nothing was switched, and the folder's lock says that nobody is about to.
    remove(place.new, place.backup, place.journal)
    old_mode = 0 if before is None else place.path.lstat().st_mode & 0o7777
    like = place.path if before is not None else None
    new = create(place.new, after, mode, like)
    backup = None if before is None else create(place.backup, before, 0o600, like)
    journal.write(place.journal, Journal(*apply, str(place.path), old, new, backup, old_mode))
    if identity(place.path) != old:
        return changed(place)
    return None


def switch(place: Place) -> TargetProblem | None:
    """Give the staged content the file's name. Raises ``OSError``."""
    record = journal.read(place.journal)
    if record is None or identity(place.path) != record.old:
        return changed(place)
    replace(place.new, place.path)
    return None


def changed(place: Place) -> TargetProblem:
    """Say that someone else writes the file."""
    return TargetProblem(f"{place.path} was changed by someone else during the apply", "look at it, then plan again")


def undo(place: Place) -> Undone:
    """Put back the former file, whatever was done so far.

    What is neither the old, the new nor the restored version was made by someone else since: it stays,
    and the former content is kept beside it. Raises ``OSError``.
    """
    try:
        record = journal.read(place.journal)
    except JournalError:
        return "foreign"
    if record is None:
        remove(place.new, place.backup, place.journal)
        return "untouched"
    if record.path != str(place.path):
        return "foreign"
    now = identity(place.path)
    done: Undone = "restored"
    if now == record.new:
        if record.backup is None:
            remove(place.path)
        else:
            # The folder may be another user's, who can put a link or a file of theirs where our backup was.
            give_mode(place.backup, record.backup, record.mode)
            replace(place.backup, place.path)
    elif now == record.old:
        done = "untouched"
    elif now is None or now != record.backup:
        if record.backup is not None and identity(place.backup) == record.backup:
            replace(place.backup, place.kept)
        done = "foreign"
    remove(place.new, place.backup, place.journal)
    return done


def finish(place: Place, keep_backup: bool) -> None:
    """Remove the backup (or keep it under its lasting name) and the journal. Raises ``OSError``."""
    record = None
    if keep_backup:
        with suppress(JournalError):
            record = journal.read(place.journal)
    if record is not None and record.backup is not None and identity(place.backup) == record.backup:
        replace(place.backup, place.kept)
    remove(place.new, place.backup, place.journal)
    sync_folder(place.folder)
