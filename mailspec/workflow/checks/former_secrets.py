"""Secrets that the base does not send any more: a change may drop one, and a later one give it to another server."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from mailspec.outcome.refusal import Refusal
from mailspec.outcome.sentence import shorten_list
from mailspec.plan.thresholds import SECRET_MOVE
from mailspec.workflow.checks.sent import WRITTEN, Sent
from mailspec.workflow.checks.sent_secrets import all_sent, kept_here, specs_of

if TYPE_CHECKING:
    from mailspec.workflow.workspace import Workspace

_SHOWN = 3


def moved_since(workspace: Workspace, earlier: Callable[[], Iterable[Sent]]) -> Refusal | None:
    """Return why a secret that the base does not know must not go where no earlier apply sent it.

    ``earlier`` gives what all applies have sent, and is asked only where there is such a secret. They are compared by
    their references: what the files of an earlier revision held nobody has looked at.

    Raises:
        StateError: the state cannot be used.
    """
    base, before = workspace.base, workspace.base_project
    if base is None or before is None:
        return None
    # What the base knows at all, MS806 has judged.
    known: set[str] = set()
    for spec in specs_of(before.loaded):
        known.update(key for sent in (*all_sent(spec), *kept_here(spec)) for key in _keys(sent._replace(kind="")))
    new = [
        sent
        for spec in specs_of(workspace.project.loaded)
        for sent in all_sent(spec)
        if sent.kind not in WRITTEN and known.isdisjoint(_keys(sent._replace(kind="")))
    ]
    new = [sent for sent in new if SECRET_MOVE + sent.word not in base.allowed]
    if not new:
        return None
    places: dict[str, dict[str, None]] = {}
    for sent in earlier():
        for key in _keys(sent):
            places.setdefault(key, {}).update(dict.fromkeys(filter(None, (sent.place, sent.server))))
    for sent in new:
        had = dict.fromkeys(place for key in _keys(sent) for place in places.get(key, ()))
        if had and sent.place not in had:
            message = f"{sent.name} would go to {sent.place}; earlier it went to {shorten_list(had, _SHOWN)} alone"
            help_ = "give the new place a secret of its own; whoever may approve the move adds "
            return Refusal("secret-moved", message, f"{help_}--allow '{SECRET_MOVE}{sent.word}'")
    return None


def _keys(sent: Sent) -> set[str]:
    """Return by what a secret is known, also with each person's address in a pattern's place."""
    return {key for one in (sent, *sent.each()) for key in one.keys}
