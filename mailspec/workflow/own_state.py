"""A state is the runner's own: none that a change may have brought is used."""

from __future__ import annotations

import os
from pathlib import Path

from mailspec.outcome.refusal import Refusal
from mailspec.source.git import is_tracked

# What SQLite keeps beside its file and takes for its own: a rollback journal, a write-ahead log and its index.
_BESIDE = ("", "-journal", "-wal", "-shm")


def brought_state(path: Path | None, root: Path) -> Refusal | None:
    """Return why a state must not be used: Git has its file, one that SQLite keeps beside it, or a link on the way."""
    if path is None:
        return None
    links = [part for part in path.parents if part.is_relative_to(root) and part.is_symlink()]
    parts = [*(path.with_name(path.name + end) for end in _BESIDE), *links]
    tracked = next((part for part in parts if os.path.lexists(part) and is_tracked(str(part))), None)
    if tracked is None:
        return None
    return Refusal(
        "state-tracked",
        f"Git tracks {tracked}, so a change could bring a state of its own",
        "take it out of Git (git rm --cached) and ignore .mailspec/, or give --state a file outside the checkout",
    )
