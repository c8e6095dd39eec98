"""What the Spec wants, as plain values: the input of a plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from mailspec.outcome.plan import Json
from mailspec.plan.thresholds import Thresholds
from mailspec.programs.encoders import ENCODERS

ObjectState = Literal["active", "inactive", "present", "absent"]


@dataclass(frozen=True, slots=True)
class DesiredObject:
    """One declared object with its effective settings.

    ``name`` is ``configuration:NAME``. ``fields`` are dotted effective settings; a secret is its reference,
    with
    ``file`` paths relative to the project so that two checkouts give one digest. ``sensitive`` names those
    fields.
    ``state`` is what holds after resolving: the only ``present`` configuration arrives here as ``active``.
    """

    name: str
    fields: dict[str, Json]
    state: ObjectState = "inactive"
    renamed_from: str | None = None
    sensitive: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TargetDesired:
    """What one program is to hold.

    ``keys`` maps each of our keys to its text, to ``{"secret": REFERENCE}``, or to ``None`` where the key is
    to go.
    ``path`` is absolute or relative to the project. ``source`` is the object that is rendered
    (``configuration:X``),
    ``None`` where mail is off. ``carries`` names all objects whose mail the program sends by it. ``prove`` asks the
    program's own test after the write and in ``drift``; it is no setting and enters no digest. ``machine`` is where it
    lives, ``None`` for anywhere; ``owner`` is what its files say of whose they are, ``former_owners`` what they said
    before. ``renamed_from`` is the name under which the state may have it.
    """

    name: str
    type: str
    path: str
    keys: dict[str, Json]
    options: dict[str, Json] = field(default_factory=dict)
    source: str | None = None
    notes: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
    prove: bool = False
    machine: str | None = None
    owner: str = ""
    renamed_from: str | None = None
    former_owners: tuple[str, ...] = ()

    @property
    def reload(self) -> list[str]:
        """Return the command and its arguments that make the program read what was written, none where it need not."""
        command = self.options.get("reload")
        return [str(part) for part in command] if isinstance(command, list) else []


@dataclass(frozen=True, slots=True)
class Desired:
    """Everything that is wanted, and the environment variables that had a say (name to value or reference).

    ``thresholds`` are what the policy lets one plan do; they are no setting and enter no digest. ``elsewhere`` are the
    targets of other machines, which a run here leaves alone.
    """

    objects: tuple[DesiredObject, ...] = ()
    targets: tuple[TargetDesired, ...] = ()
    variables: dict[str, Json] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)
    elsewhere: tuple[TargetDesired, ...] = ()

    def target(self, name: str) -> TargetDesired | None:
        """Return the target of that name."""
        return next((target for target in self.targets if target.name == name), None)


def placed(desired: Desired, machines: Collection[str], owner: str = "", *former: str) -> Desired:
    """Return what is wanted on a machine known by some names; the targets of other machines stand ``elsewhere``.

    ``owner`` is what the files are to say of whose they are, ``former`` what they may say from before.
    """
    every = [
        replace(target, owner=owner, former_owners=former) if owner else target
        for target in (*desired.targets, *desired.elsewhere)
    ]
    here = tuple(target for target in every if target.machine is None or target.machine in machines)
    elsewhere = tuple(target for target in every if target.machine is not None and target.machine not in machines)
    return replace(desired, targets=here, elsewhere=elsewhere)


def secret_reference(value: Any) -> dict[str, Json] | None:
    """Return the reference in a rendered key's value, ``None`` where the value is plain text."""
    if isinstance(value, dict) and isinstance(value.get("secret"), dict) and value.keys() <= {"secret", "in", "encode"}:
        reference: dict[str, Json] = value["secret"]
        return reference
    return None


def is_part_of_text(value: Any) -> bool:
    """Tell whether a rendered key's secret is only a part of its text, so that no reference can stand for it."""
    return secret_reference(value) is not None and isinstance(value.get("in"), str)


def filled(value: Any, secret: str) -> str:
    """Return the text of a rendered key whose secret is known: itself, or in the text that it is a part of.

    ``in`` is that text with ``{}`` for the secret and doubled braces; ``encode`` says how it is put there.
    """
    template = value.get("in") if isinstance(value, dict) else None
    if not isinstance(template, str):
        return secret
    encode = ENCODERS.get(str(value.get("encode")), str)
    return template.format(encode(secret))
