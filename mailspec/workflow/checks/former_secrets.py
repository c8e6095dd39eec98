"""Secrets that the base does not send any more: a change may drop one, and a later one give it to another server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from mailspec.outcome.refusal import Refusal
from mailspec.outcome.sentence import shorten_list
from mailspec.plan.after import target_of
from mailspec.plan.desired import Desired, DesiredObject, TargetDesired
from mailspec.plan.thresholds import SECRET_MOVE
from mailspec.source.git import GitError
from mailspec.state.session import Session
from mailspec.state.store import former_applies
from mailspec.workflow.checks.links_then import real_then
from mailspec.workflow.checks.moved_secrets import first_new
from mailspec.workflow.checks.places import new_places
from mailspec.workflow.checks.secret_contents import file_paths, real_path
from mailspec.workflow.checks.secret_keys import secret_keys
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


class Applied(NamedTuple):
    """What one apply has done: its objects, its targets, and further places that it sent secrets to, by their keys."""

    objects: Iterable[DesiredObject]
    targets: Iterable[TargetDesired]
    sent: dict[str, tuple[str, ...]]


def require_no_move(workspace: Workspace, opened: Callable[[], Session]) -> None:
    """Refuse a change that sends a secret where no apply has sent it, and that its base does not know any more.

    ``opened`` gives the state, and is asked only where there is a secret that the base does not know.

    Raises:
        ApplyRefusedError: there is such a secret, or the state's URL cannot be used.
        StateError: the state cannot be used.
    """
    try:
        refusal = _moved_since(workspace, lambda: _applies(opened()))
    except GitError as error:
        message = f"what the files of secrets held in the base revision and before it is not known: Git: {error}"
        refusal = Refusal("secret-moved", message, "make the history of that revision readable, then try again")
    if refusal is not None:
        raise ApplyRefusedError(refusal)


def further_places(workspace: Workspace, desired: Desired) -> dict[str, tuple[str, ...]]:
    """Return what an apply is to record of where a project sends secrets, once its base has judged them: the places
    that its objects and targets do not tell, such as those that a file decides about by what it holds, and those of
    other environments."""
    if workspace.base_project is None:
        return {}
    recorded = _places(sent_again(desired.objects, desired.targets, workspace.root))
    return {
        key: left
        for key, places in _places(workspace.sent).items()
        if (left := tuple(place for place in places if place not in recorded.get(key, ())))
    }


def _applies(session: Session) -> Iterator[Applied]:
    for former in former_applies(session):
        items = [DesiredObject(name, dict(item.fields)) for name, item in former.objects.items()]
        yield Applied(items, [target_of(name, data) for name, data in former.targets.items()], former.sent)


def _moved_since(workspace: Workspace, applies: Callable[[], Iterable[Applied]]) -> Refusal | None:
    """Return why a secret that the base does not know must not go where no earlier apply sent it, or come from a file
    that one has written.

    ``applies`` gives all that hold, and is asked only where there is such a secret or file. Secrets are compared by
    their references, those in encrypted files by all under which the base or an ancestor had them. A place that a file
    of the project decides about (a certificate, authorities, a template) is known where an apply has recorded it: what
    such files held cannot be told later.

    Raises:
        GitError: the history of the base revision cannot be read.
        StateError: the state cannot be used.
    """
    base, before = workspace.base, workspace.base_project
    if base is None or before is None:
        return None
    # What the base knows at all, MS806 has judged.
    known: set[str] = set()
    files: set[str] = set()
    real = real_then(before.source, before.root)
    for spec in specs_of(before.loaded):
        for sent in (*all_sent(spec), *sent_if_present(spec), *kept_here(spec)):
            known |= _keys(sent._replace(real=real))
            files.update(_files(sent))
        of_targets = (*templates_of(spec).values(), *bundles_of(spec).values())
        files.update(real_path(spec.root, str(value.value)) for _, value in of_targets if "\0" not in str(value.value))
    all_now = [sent for sent in workspace.sent if SECRET_MOVE + sent.word not in base.allowed]
    # Of a pattern each person's is a secret of its own, whomever else the base has.
    new = [one for sent in all_now for one in sent.each() if not known.issuperset(one.plain_keys)]
    named = {file: sent for sent in all_now for file in _files(sent) if file not in files}
    return _from_a_target(named, applies, workspace.project.root) or _elsewhere(new, applies, workspace)


def _from_a_target(named: dict[str, Sent], applies: Callable[[], Iterable[Applied]], root: str) -> Refusal | None:
    for applied in applies() if named else ():
        for target in applied.targets:
            sent = None if "\0" in target.path else named.get(real_path(root, target.path))
            if sent is not None:
                message = f"{target.path}, which {sent.object} names for {sent.name}, was written by a target"
                help_ = "name a file that no change can write; whoever may approve this one adds "
                return Refusal("secret-moved", message, f"{help_}--allow '{SECRET_MOVE}{sent.word}'")
    return None


def _elsewhere(new: list[Sent], applies: Callable[[], Iterable[Applied]], workspace: Workspace) -> Refusal | None:
    root = workspace.root
    places: dict[str, dict[str, None]] = {}
    for applied in applies() if new else ():
        found = _places(sent_again(applied.objects, applied.targets, root))
        for key, more in (*found.items(), *applied.sent.items()):
            places.setdefault(key, {}).update(dict.fromkeys(more))
    for sent in new:
        # What an earlier change has taken away may come back as a copy under another name.
        originals = workspace.originals.of(sent.reference)
        # Each is a secret of its own: what one of them may do is nothing for another.
        candidates = [*((key,) for key in sent.plain_keys), *(secret_keys(other, root) for other in originals)]
        for keys in candidates:
            had = dict.fromkeys(place for key in keys for place in places.get(key, ()))
            if not had or not new_places(sent.place, had):
                continue
            moved = first_new(sent, had)
            message = f"{moved.name} would go to {moved.place}; earlier it went to {shorten_list(had, _SHOWN)} alone"
            help_ = "give the new place a secret of its own; whoever may approve the move adds "
            return Refusal("secret-moved", message, f"{help_}--allow '{SECRET_MOVE}{sent.word}'")
    return None


def _places(everything: Iterable[Sent]) -> dict[str, dict[str, None]]:
    """Return the places of each secret by its keys, also with each person's address in a pattern's place."""
    places: dict[str, dict[str, None]] = {}
    for sent in everything:
        for key in _keys(sent):
            places.setdefault(key, {}).update(dict.fromkeys(filter(None, (sent.place, sent.server))))
    return places


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
    return {key for one in (sent, *sent.each()) for key in one.plain_keys}
