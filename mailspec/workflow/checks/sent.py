"""A secret, or an access token, and the place that it is sent to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, get_args

from mailspec.outcome.effective import Value
from mailspec.resolve.person import for_person
from mailspec.secrets.resolve import describe
from mailspec.text.address import PLACEHOLDER, fits
from mailspec.workflow.checks.secret_keys import Real, secret_keys

# In place of a reference: a sign-in that a person has made and that is stored (mailspec login).
STORED = "sign-in"
Kind = Literal["", "sealed", "template", "token"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Kinds that a file decides about, by what it holds.
WRITTEN: frozenset[Kind] = frozenset({"sealed", "template"})


def mark_of(kind: Kind) -> str:
    """Return what the keys of a kind of secrets begin with."""
    return f"{kind} " if kind else ""


class Sent(NamedTuple):
    """A reference and a place that it is sent to, with who sends it; ``where`` is what says where it goes, and ``root``
    the project's folder.

    One that is ``sealed`` goes to nobody but the owner of a certificate, one that a ``template`` writes in clear to
    whatever server stands beside it there; of a ``token`` it is the access token that goes there, which the reference
    or a stored sign-in gets. Each kind is compared with its own; what is written out, else with what the base sends.
    The place says how its server is known, where that is not by its own name and the usual authorities. ``server`` is
    the place without that where the server is hardly known at all, so that any other way is better; ``authorities`` is
    the declared file of those.
    """

    reference: dict[str, Any]
    place: str
    object: str
    secret: Value
    where: Value
    root: str
    kind: Kind = ""
    # Whose addresses a pattern stands for, in lower case.
    people: frozenset[str] = frozenset()
    server: str = ""
    authorities: str = ""
    # Where a path leads in the version that this is of, ``None`` for today's.
    real: Real | None = None
    # Of a place that is several (places.join_places): the target of each, and the word that names it.
    of: tuple[tuple[str, Value], ...] = ()

    @property
    def word(self) -> str:
        """How the command line names the reference, as in ``--allow secret-move=env:NAME``."""
        if STORED in self.reference:
            return f"{STORED}:{self.reference[STORED]}"
        return describe(self.reference).replace(" ", ":", 1)

    @property
    def name(self) -> str:
        """What is sent, as people read it; never what it holds."""
        if STORED in self.reference:
            return f"the access token of the stored sign-in of {self.reference[STORED]}"
        secret = f"the secret ({describe(self.reference)})"
        return f"the access token that is got with {secret}" if self.kind == "token" else secret

    @property
    def mark(self) -> str:
        """What the keys of this secret begin with."""
        return mark_of(self.kind)

    @property
    def keys(self) -> tuple[str, ...]:
        """By what the secret is known again."""
        return tuple(self.mark + key for key in self.plain_keys)

    @property
    def plain_keys(self) -> tuple[str, ...]:
        """By what the secret is known again, of whichever kind."""
        return secret_keys(self.reference, self.root, self.real)

    def each(self) -> Iterator[Sent]:
        """Yield it as it is read: once for each person whose address stands in the pattern's place."""
        if PLACEHOLDER not in str(self.reference) or not self.people:
            yield self
            return
        for address in sorted(self.people):
            if fits(address):
                one = for_person(self.reference, address)
                yield self._replace(reference=one, people=frozenset(), object=f"user:{address}")


class Several(NamedTuple):
    """Places that all passwords of a Spec go to alike: how each is told, and the target and the word that say so.

    ``of_server`` are ways to know the server that the password goes to anyway: ``places`` are told after its name.
    """

    places: tuple[str, ...]
    of: tuple[tuple[str, Value], ...]
    kind: Kind = ""
    of_server: bool = False
