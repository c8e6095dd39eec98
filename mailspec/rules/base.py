"""What rules are made of: the context they look at, and short ways to say what they found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple, TypeGuard

from mailspec.load.item import Item, Path
from mailspec.load.spec import Spec
from mailspec.outcome.effective import Effective, Placed, Value
from mailspec.outcome.finding import Edit, Finding, Fix, Related, Safety, Severity
from mailspec.outcome.report import finding
from mailspec.resolve import Resolver, Variables, activation_of_accounts
from mailspec.resolve.activation import state_of

# The layers by strength: of two values that do not fit, the stronger one was written in sight of the other.
_RANK = {"environment": 0, "own": 1, "group": 2, "general": 3, "configuration": 4}


class SecretFact(NamedTuple):
    """What reading a reference gave, with ``--with-secrets``, in words that hold nothing of the secret."""

    code: str
    severity: Severity
    message: str
    help: str


class Context:
    """Everything that rules may look at. Nothing here can read a file, a secret or the network."""

    def __init__(
        self,
        spec: Spec,
        *,
        as_of: date,
        variables: Variables | None = None,
        secret_facts: Mapping[tuple[str, str], list[SecretFact]] | None = None,
    ) -> None:
        self.spec = spec
        self.as_of = as_of
        self.resolver = Resolver(spec, variables)
        self.secret_facts = secret_facts or {}

    @cached_property
    def configurations(self) -> list[Effective]:
        """What holds for each configuration that is not to be deleted."""
        return [
            self.resolver.configuration(name)
            for name in self.spec.configurations
            if state_of(self.spec, name) != "absent"
        ]

    @cached_property
    def _people(self) -> list[tuple[str, Effective]]:
        return [(identity, self.resolver.person(identity)) for identity in self.spec.users]

    def people(self) -> Iterator[tuple[str, Effective]]:
        """Yield each person's identity and what holds for them."""
        return iter(self._people)

    @cached_property
    def used(self) -> dict[str, str]:
        """The configurations that something uses, each with who does."""
        return activation_of_accounts(self.resolver)


Rule = Callable[[Context], Iterator[Finding]]


class Check(NamedTuple):
    """A rule family's registry entry: the codes that the function may report."""

    codes: tuple[str, ...]
    run: Rule


def blame(held: Effective, *names: str) -> Value | None:
    """Return the first of the fields that somebody wrote; else the first that has a value at all."""
    values = [value for name in names if (value := held.fields.get(name)) is not None]
    return next((value for value in values if is_written(value)), values[0] if values else None)


def culprit(held: Effective, *names: str) -> Value | None:
    """Of fields that do not fit together return the strongest layer's; among equals the first."""
    written = [value for name in names if is_written(value := held.fields.get(name))]
    return min(written, key=_strength) if written else blame(held, *names)


def is_written(value: Value | None) -> TypeGuard[Value]:
    """Tell whether somebody gave a value, in a file or an environment variable, and it is no default."""
    return value is not None and (value.item is not None or value.origin == "environment")


def _strength(value: Value) -> tuple[int, bool]:
    return _RANK.get(value.origin.partition(":")[0], 1), not is_overlaid(value)


def is_overlaid(value: Value) -> bool:
    """Tell whether a value came from another place than its item: nearly always an environment's overlay."""
    item = value.item
    return isinstance(item, Item) and item.source(value.path) != (item.place[0], item.place[1] + value.path)


def same_layer(one: Value | None, other: Value | None) -> bool:
    """Tell whether two values were written in sight of each other."""
    if one is None or other is None:
        return False
    return one.item is other.item and one.origin == other.origin and is_overlaid(one) == is_overlaid(other)


def at_value(
    code: str,
    value: Value | None,
    message: str,
    *,
    object: str | None = None,
    severity: Severity | None = None,
    help: str = "",
    fix: Fix | None = None,
    related: tuple[Related, ...] = (),
) -> Finding:
    """Make a finding where a value was written; one from an environment variable has none and says so."""
    if value is not None and value.origin == "environment":
        message += " This comes from an environment variable."
    placed = None if value is None else value.item
    return finding(
        code,
        message,
        None if value is None else value.location,
        path="" if placed is None or value is None else placed.pointer(value.path),
        object=object,
        severity=severity,
        help=help,
        fix=fix,
        related=related,
    )


def at_item(
    code: str,
    item: Item,
    path: Path,
    message: str,
    *,
    key: bool = False,
    object: str | None = None,
    severity: Severity | None = None,
    help: str = "",
    fix: Fix | None = None,
    related: tuple[Related, ...] = (),
) -> Finding:
    """Make a finding at a word of an item."""
    return finding(
        code,
        message,
        item.locate(path, key=key),
        path=item.pointer(path),
        object=object,
        severity=severity,
        help=help,
        fix=fix,
        related=related,
    )


def scalar(text: str) -> str:
    """Write a text as a YAML scalar: bare where no reader could take it for something else, else in double quotes."""
    bare = _BARE.fullmatch(text) is not None and text.lower() not in _OTHER_VALUES
    return text if bare else json.dumps(text, ensure_ascii=False)


_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_.@/-]*(?: [A-Za-z0-9_.@/-]+)*")
_OTHER_VALUES = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def rewrite(value: Value | None, text: str, description: str, safety: Safety = "safe") -> Fix | None:
    """Make a fix that writes other YAML in a value's place; ``None`` where nobody wrote the value in a file."""
    if value is None or value.item is None:
        return None
    where = value.item.locate(value.path)
    return Fix(safety, description, (Edit(where, text),))


def placed_related(item: Placed, path: Path, message: str) -> Related:
    """Point to a second place."""
    return Related(item.locate(path), message)
