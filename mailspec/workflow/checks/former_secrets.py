"""Secrets that the base does not send any more: a change may drop one, and a later one give it to another server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from mailspec.outcome.refusal import Refusal
from mailspec.outcome.sentence import shorten_list
from mailspec.plan.after import target_of
from mailspec.plan.thresholds import SECRET_MOVE
from mailspec.secrets.encrypted import UNKNOWN
from mailspec.source.git import GitError
from mailspec.state.records import FormerApply
from mailspec.state.session import Session
from mailspec.state.store import former_applies
from mailspec.targets.registry import paths_of
from mailspec.workflow.checks.links_then import real_then
from mailspec.workflow.checks.moved_secrets import NOT_READ, first_new
from mailspec.workflow.checks.places import each_place, new_places
from mailspec.workflow.checks.secret_contents import SecretContents, file_paths, real_path
from mailspec.workflow.checks.secret_keys import secret_keys
from mailspec.workflow.checks.sent import KINDS, WRITTEN, Kind, Sent, mark_of
from mailspec.workflow.checks.sent_secrets import (
    all_sent,
    bundles_of,
    kept_here,
    resolvers_of,
    sent_if_present,
    templates_of,
)
from mailspec.workflow.project import ApplyRefusedError

if TYPE_CHECKING:
    from mailspec.workflow.workspace import Workspace

_SHOWN = 3
# The kinds of keys that tell what is encrypted, and nothing that anybody could guess.
_CIPHERTEXT = ("age ", "sops ", "bytes ")


def require_no_move(workspace: Workspace, opened: Callable[[], Session]) -> None:
    """Refuse a change that sends a secret where no apply has sent it, and that its base does not know any more.

    ``opened`` gives the state, and is asked only where there is a secret that the base does not know.

    Raises:
        ApplyRefusedError: there is such a secret, or the state's URL cannot be used.
        StateError: the state cannot be used.
    """
    try:
        refusal = _moved_since(workspace, lambda: former_applies(opened()))
    except GitError as error:
        message = f"what the files of secrets held in the base revision and before it is not known: Git: {error}"
        refusal = Refusal("secret-moved", message, "make the history of that revision readable, then try again")
    if refusal is not None:
        raise ApplyRefusedError(refusal)


def places_to_record(workspace: Workspace) -> dict[str, tuple[str, ...]]:
    """Return what an apply is to record: the places to which a project sends each secret in any environment, by all
    that the secret is known by."""
    kept = (sent for resolver in workspace.resolvers for sent in kept_here(resolver))
    everything = [*workspace.sent, *kept]
    contents = workspace.contents
    contents.look_at((sent.reference, sent.people) for sent in everything)
    places: dict[str, dict[str, None]] = {}
    for sent in everything:
        its_places = dict.fromkeys(filter(None, (sent.place, sent.server)))
        for one in (sent, *sent.each()):
            for key in (*one.plain_keys, *_sealed(contents, one)):
                places.setdefault(sent.mark + key, {}).update(its_places)
    return {key: tuple(found) for key, found in places.items()}


def _sealed(contents: SecretContents, one: Sent) -> tuple[str, ...]:
    """Return the keys of what a secret's files hold encrypted; what they hold in clear a state must not tell, not even
    by a digest with which a guess could be compared."""
    return tuple(key for key in contents.keys(one.reference) if key.startswith(_CIPHERTEXT))


def _moved_since(workspace: Workspace, applies: Callable[[], Iterable[FormerApply]]) -> Refusal | None:
    """Return why a secret that the base does not know must not go where no earlier apply sent it, or come from a file
    that one has written.

    ``applies`` gives all that hold, and is asked only where there is such a secret or file. Secrets are compared by
    their references, and those in encrypted files by what these hold: by what an apply has recorded, and by all paths
    under which the base or an ancestor had it.

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
    for resolver in resolvers_of(before.loaded):
        spec = resolver.spec
        for sent in (*all_sent(resolver), *sent_if_present(resolver), *kept_here(resolver)):
            known |= _keys(sent._replace(real=real))
            files.update(_files(sent))
        of_targets = (*templates_of(spec).values(), *bundles_of(spec).values())
        files.update(real_path(spec.root, str(value.value)) for _, value in of_targets if "\0" not in str(value.value))
    all_now = [sent for sent in workspace.sent if SECRET_MOVE + sent.word not in base.allowed]
    then, now = SecretContents(before), workspace.contents
    for contents in (then, now):
        contents.look_at((sent.reference, sent.people) for sent in all_now)
    new: list[tuple[Sent, list[str]]] = []
    # Of a pattern each person's is a secret of its own, whomever else the base has.
    for one in (one for sent in all_now for one in sent.each()):
        is_known = known.issuperset(one.plain_keys)
        sealed = _sealed(now, one)
        # A file that the base has may have become a copy of one that it has no more.
        if not is_known or sealed != _sealed(then, one) or UNKNOWN in now.keys(one.reference):
            new.append((one, [*(() if is_known else one.plain_keys), *sealed]))
    named = {file: sent for sent in all_now for file in _files(sent) if file not in files}
    return _from_a_target(named, applies, workspace.project.root) or _elsewhere(new, applies, workspace)


def _from_a_target(named: dict[str, Sent], applies: Callable[[], Iterable[FormerApply]], root: str) -> Refusal | None:
    for applied in applies() if named else ():
        paths = (path for name, data in applied.targets.items() for path in paths_of(target_of(name, data)))
        for path in paths:
            sent = None if "\0" in path else named.get(real_path(root, path))
            if sent is not None:
                message = f"{path}, which {sent.object} names for {sent.name}, was written by a target"
                help_ = "name a file that no change can write; whoever may approve this one adds "
                return Refusal("secret-moved", message, f"{help_}--allow '{SECRET_MOVE}{sent.word}'")
    return None


def _elsewhere(
    new: list[tuple[Sent, list[str]]], applies: Callable[[], Iterable[FormerApply]], workspace: Workspace
) -> Refusal | None:
    places: dict[str, dict[str, None]] = {}
    for applied in applies() if new else ():
        for key, more in applied.sent.items():
            places.setdefault(key, {}).update(dict.fromkeys(more))
    for sent, own in new:
        # What an earlier change has taken away may come back as a copy under another name.
        originals = workspace.originals.of(sent.reference)
        copied = [key for other in originals for key in secret_keys(other, workspace.root)]
        # Each is a secret of its own: what one of them may do is nothing for another.
        for key in dict.fromkeys((*own, *copied)):
            had = _of_kind(sent.kind, key, places)
            # What could not be read then is nothing that is known.
            known = [place for place in had if not any(one.endswith(NOT_READ) for one in each_place(place))]
            if not had or not new_places(sent.place, known):
                continue
            moved = first_new(sent, known)
            earlier = shorten_list([one for place in had for one in each_place(place)], _SHOWN)
            message = f"{moved.name} would go to {moved.place}; earlier it went to {earlier} alone"
            help_ = "give the new place a secret of its own; whoever may approve the move adds "
            return Refusal("secret-moved", message, f"{help_}--allow '{SECRET_MOVE}{sent.word}'")
    return None


def _of_kind(kind: Kind, key: str, places: Mapping[str, dict[str, None]]) -> list[str]:
    """Return where a secret went in the same way, or where it went in no such way, in any other."""
    for each in dict.fromkeys((kind, *KINDS)):
        if found := places.get(mark_of(each) + key):
            return list(found)
    return []


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
