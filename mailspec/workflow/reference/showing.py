"""``show``: what really holds, and the layer and line behind each value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailspec.load.spec import Spec
from mailspec.model.effective import Effective
from mailspec.model.field import Field
from mailspec.model.fields import BY_NAME
from mailspec.resolve import Resolver, effective, names
from mailspec.text import suggest
from mailspec.workflow.project import UsageError

KINDS = ("configuration", "group", "user", "mailing", "bulk", "mobile")


def show(resolver: Resolver, wanted: Sequence[str]) -> list[Effective]:
    """Return what holds for the named objects, for everything without names.

    Raises:
        UsageError: a name is unknown or ambiguous; the message lists the choices.
    """
    return [effective(resolver, kind, name) for kind, name in _chosen(resolver.spec, wanted)]


def _chosen(spec: Spec, wanted: Sequence[str]) -> list[tuple[str, str]]:
    return select(spec, wanted) if wanted else [entry for entry in names(spec) if _declared(spec, entry)]


def _declared(spec: Spec, entry: tuple[str, str]) -> bool:
    bulk_declared = spec.sends_bulk
    mobile_declared = spec.sends_mobile
    return {"bulk": bulk_declared, "mobile": mobile_declared}.get(entry[0], True)


def select(spec: Spec, wanted: Sequence[str], kinds: Sequence[str] = KINDS) -> list[tuple[str, str]]:
    """Return kind and name of each wanted object: ``NAME`` or ``KIND:NAME``, ``bulk``, ``mobile``.

    Raises:
        UsageError: a name is unknown or ambiguous; the message lists the choices.
    """
    known = [entry for entry in names(spec) if entry[0] in kinds]
    chosen = []
    for word in wanted:
        kind, colon, rest = word.partition(":")
        if colon and kind in KINDS:
            matches = [entry for entry in known if entry[0] == kind and _same(entry, rest)]
        else:
            matches = [entry for entry in known if _same(entry, word)]
        if len(matches) > 1:
            choices = ", ".join(f"{kind}:{name}" for kind, name in matches)
            raise UsageError(f"'{word}' can mean several things. Say which: {choices}.")
        if not matches:
            near = suggest(rest if colon and kind in KINDS else word, [name for _, name in known[:5000]])
            hint = f" Did you mean '{near}'?" if near else " mailspec show lists what there is."
            raise UsageError(f"Nothing is named '{word}'.{hint}")
        chosen.append(matches[0])
    return chosen


def known_field(name: str) -> Field[Any]:
    """Return the field with a name.

    Raises:
        UsageError: there is none; with what may have been meant.
    """
    if name not in BY_NAME:
        near = suggest(name, list(BY_NAME))
        hint = f" Did you mean {near}?" if near else f" Known: {', '.join(BY_NAME)}."
        raise UsageError(f"Unknown field '{name}'.{hint}")
    return BY_NAME[name]


def _same(entry: tuple[str, str], word: str) -> bool:
    return entry[1].lower() == word.lower() if entry[0] == "user" else entry[1] == word
