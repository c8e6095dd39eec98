"""A state is the runner's own: none that a change may have brought is used."""

from __future__ import annotations

import os
from pathlib import Path

from mailspec.outcome.refusal import Refusal
from mailspec.source.git import has_commit, is_tracked
from mailspec.state.session import Session
from mailspec.state.store import open_state
from mailspec.state.url import OPTION, VARIABLE, StateUrl, parse_url
from mailspec.workflow.project import ApplyRefusedError
from mailspec.workflow.workspace import Workspace

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


def open_session(workspace: Workspace, given: str | None, machine: str | None = None) -> Session:
    """Return the state that the command line or the environment names; nothing is created.

    Raises:
        ApplyRefusedError: its URL cannot be used.
    """
    url = state_url(workspace, given)
    brought = brought_state(url.path, Path(workspace.root))
    if brought is not None:
        raise ApplyRefusedError(brought)
    root, spec = Path(workspace.root), workspace.spec
    # Another project's state may lie in a database that several share: a commit tells whose it is.
    own = url.path is not None and url.path.is_relative_to(root)
    return open_state(
        *(url, spec.instance_id, workspace.environment, machine, workspace.former_ids),
        lambda commit: own or (commit is not None and has_commit(workspace.root, commit)),
    )


def state_url(workspace: Workspace, given: str | None) -> StateUrl:
    """Return where the state is that the command line or the environment names.

    Raises:
        ApplyRefusedError: its URL cannot be used.
    """
    url = parse_url(given or os.environ.get(VARIABLE), Path(workspace.root), OPTION if given else VARIABLE)
    if isinstance(url, Refusal):
        raise ApplyRefusedError(url)
    return url
