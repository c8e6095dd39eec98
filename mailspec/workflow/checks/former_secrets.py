"""Secrets that the base does not send any more: a change may drop one, and a later one give it to another server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from mailspec.outcome.refusal import Refusal
from mailspec.outcome.sentence import shorten_list
from mailspec.plan.after import target_of
from mailspec.plan.desired import DesiredObject, TargetDesired
from mailspec.plan.thresholds import SECRET_MOVE
from mailspec.state.session import Session
from mailspec.state.store import former_applies
from mailspec.workflow.checks.moved_secrets import first_new, sent_by_contents, written_files
from mailspec.workflow.checks.places import new_places
from mailspec.workflow.checks.secret_contents import SecretContents, file_paths, real_path
from mailspec.workflow.checks.sent import WRITTEN, Sent
from mailspec.workflow.checks.sent_secrets import (
    all_sent,
    bundles_of,
    kept_here,
    sent_again,
    sent_if_present,
    specs_of,
    templates_of,
)
from mailspec.workflow.project import ApplyRefusedError

if TYPE_CHECKING:
    from mailspec.workflow.workspace import Workspace

_SHOWN = 3


# What one apply has done: its objects, and its targets.
Applied = tuple[Iterable[DesiredObject], Iterable[TargetDesired]]


def require_no_move(workspace: Workspace, opened: Callable[[], Session]) -> None:
    """Refuse a change that sends a secret where no apply has sent it, and that its base does not know any more.

    ``opened`` gives the state, and is asked only where there is a secret that the base does not know.

    Raises:
        ApplyRefusedError: there is such a secret, or the state's URL cannot be used.
        StateError: the state cannot be used.
    """
    refusal = _moved_since(workspace, lambda: _applies(opened()))
    if refusal is not None:
        raise ApplyRefusedError(refusal)


def _applies(session: Session) -> Iterator[Applied]:
    for objects, targets in former_applies(session):
        items = [DesiredObject(name, dict(item.fields)) for name, item in objects.items()]
        yield items, [target_of(name, data) for name, data in targets.items()]


def _moved_since(workspace: Workspace, applies: Callable[[], Iterable[Applied]]) -> Refusal | None:
    """Return why a secret that the base does not know must not go where no earlier apply sent it, or come from a file
    that one has written.

    ``applies`` gives all that hold, and is asked only where there is such a secret or file. Secrets are compared by
    their references: what the files of an earlier revision held nobody has looked at, so that a place that a file of
    the project decides about (a certificate, authorities, a template) is none that is known.

    Raises:
        StateError: the state cannot be used.
    """
    base, before = workspace.base, workspace.base_project
    if base is None or before is None:
        return None
    # What the base knows at all, MS806 has judged.
    known: set[str] = set()
    files: set[str] = set()
    for spec in specs_of(before.loaded):
        for sent in (*all_sent(spec), *sent_if_present(spec), *kept_here(spec)):
            known |= _keys(sent)
            files.update(_files(sent))
        of_targets = (*templates_of(spec).values(), *bundles_of(spec).values())
        files.update(real_path(spec.root, str(value.value)) for _, value in of_targets if "\0" not in str(value.value))
    written = written_files(before.loaded, workspace.project.loaded)
    contents = SecretContents(workspace.project, written)
    all_now = [sent for spec in specs_of(workspace.project.loaded) for sent in sent_by_contents(spec, contents)]
    all_now = [sent for sent in all_now if SECRET_MOVE + sent.word not in base.allowed]
    new = [sent for sent in all_now if known.isdisjoint(_keys(sent))]
    named = {file: sent for sent in all_now for file in _files(sent) if file not in files}
    return _from_a_target(named, applies, workspace.project.root) or _elsewhere(new, applies, workspace.project.root)


def _from_a_target(named: dict[str, Sent], applies: Callable[[], Iterable[Applied]], root: str) -> Refusal | None:
    for _, targets in applies() if named else ():
        for target in targets:
            sent = None if "\0" in target.path else named.get(real_path(root, target.path))
            if sent is not None:
                message = f"{target.path}, which {sent.object} names for {sent.name}, was written by a target"
                help_ = "name a file that no change can write; whoever may approve this one adds "
                return Refusal("secret-moved", message, f"{help_}--allow '{SECRET_MOVE}{sent.word}'")
    return None


def _elsewhere(new: list[Sent], applies: Callable[[], Iterable[Applied]], root: str) -> Refusal | None:
    places: dict[str, dict[str, None]] = {}
    for objects, targets in applies() if new else ():
        for sent in sent_again(objects, targets, root):
            for key in _keys(sent):
                places.setdefault(key, {}).update(dict.fromkeys(filter(None, (sent.place, sent.server))))
    for sent in new:
        had = dict.fromkeys(place for key in _keys(sent) for place in places.get(key, ()))
        if had and new_places(sent.place, had):
            moved = first_new(sent, had)
            message = f"{moved.name} would go to {moved.place}; earlier it went to {shorten_list(had, _SHOWN)} alone"
            help_ = "give the new place a secret of its own; whoever may approve the move adds "
            return Refusal("secret-moved", message, f"{help_}--allow '{SECRET_MOVE}{sent.word}'")
    return None


def _files(sent: Sent) -> Iterator[str]:
    """Yield the files that say what is sent, or to whom, by their real paths."""
    of = sent.of or ((sent.object, sent.where),)
    others = [str(value.value) for _, value in of] if sent.of or sent.kind in WRITTEN else []
    own = (path for one in sent.each() for path in file_paths(one.reference))
    for path in (*own, *others, *filter(None, [sent.authorities])):
        if "\0" not in path:
            yield real_path(sent.root, path)


def _keys(sent: Sent) -> set[str]:
    """Return by what a secret is known, of whichever kind, also with each person's address in a pattern's place."""
    plain = sent._replace(kind="")
    return {key for one in (plain, *plain.each()) for key in one.keys}
