"""What rules are made of: the context that they look at, and their entry in the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from mailspec.load.item import Item
from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.outcome.finding import Finding, Severity
from mailspec.outcome.location import Location
from mailspec.programs.capabilities import Capability
from mailspec.resolve import Environments, Resolver, activation_of_accounts
from mailspec.resolve.activation import state_of
from mailspec.resolve.people import UserGroup
from mailspec.resolve.person import Person

# The fields on which the rules about servers depend.
_SERVER = (
    *(Settings.host, Settings.port, Settings.security),
    *(Settings.auth.method, Settings.tls.validate_certs, Settings.tls.server_name, Settings.provider),
)


class SecretFact(NamedTuple):
    """What reading a reference gave, with ``--with-secrets``, in words that hold nothing of the secret."""

    code: str
    severity: Severity
    message: str
    help: str


class TemplateFact(NamedTuple):
    """What reading an email type's template gave. ``place`` is in the template; without it the place is ``path``, a
    word of the email type itself."""

    code: str
    message: str
    help: str
    path: tuple[str, ...]
    place: Location | None = None


class ForeignTypes(Protocol):
    """The types of targets that installed packages add. A package is loaded only where its type is named."""

    def words(self) -> Sequence[str]:
        """Return the types' words."""

    def schema(self, word: str) -> Mapping[str, Any] | str:
        """Return the JSON Schema of a type's own words, or why the type cannot be used."""

    def capabilities(self, word: str) -> tuple[Capability, ...]:
        """Return what the type says that its program keeps."""


class Context:
    """Everything that rules may look at. Nothing here can read a file, a secret or the network."""

    def __init__(
        self,
        resolver: Resolver,
        *,
        as_of: date,
        secret_facts: Mapping[tuple[str, str], list[SecretFact]] | None = None,
        template_facts: Mapping[str, list[TemplateFact]] | None = None,
        foreign_types: ForeignTypes | None = None,
        environments: Environments | None = None,
        online: Callable[[Context], Iterator[Finding]] | None = None,
        beside: Resolver | None = None,
    ) -> None:
        self.spec = resolver.spec
        self.as_of = as_of
        self.resolver = resolver
        self.secret_facts = secret_facts or {}
        self.template_facts = template_facts or {}
        self.foreign_types = foreign_types
        # For the rules that compare them.
        self.environments = Environments() if environments is None else environments
        self.online = online
        # Of what is the same in this one, the same findings are given already.
        self.beside = beside

    @cached_property
    def configurations(self) -> list[Effective]:
        """What holds for each configuration that is not to be deleted."""
        return [
            self.resolver.configuration(name)
            for name in self.spec.configurations
            if state_of(self.spec, name) != "absent"
        ]

    @cached_property
    def people(self) -> list[tuple[str, Person]]:
        """Each person's identity and what holds for them, without those of whom all is told already.

        To look at :attr:`kinds` is quicker by far.
        """
        return [(identity, self.resolver.person(identity)) for identity in self.spec.users if identity not in self.same]

    @cached_property
    def same(self) -> frozenset[str]:
        """The people of whom all is told already: a rule that asks each person need not ask them."""
        return frozenset() if self.beside is None else self.resolver.people.same_as(self.beside.people)

    def items(self, section: str) -> Iterator[tuple[str, Item]]:
        """Yield the items of a section, for a rule that looks at each alone: none of which all is told already."""
        before: Mapping[str, Item] = {} if self.beside is None else self.beside.spec.lists[section]
        return ((name, item) for name, item in self.spec.lists[section].items() if before.get(name) is not item)

    @cached_property
    def kinds(self) -> list[UserGroup]:
        """All people, those together whom no rule can tell apart."""
        return self.resolver.people.kinds

    @cached_property
    def servers(self) -> list[Effective]:
        """One person of all who reach the same server in the same way: a thousand would each repeat its findings."""
        found: dict[tuple[object, ...], Effective] = {}
        copied: set[int] = set()
        for settings, _identities in self.kinds:
            server = settings.server
            # The person keeps it, so no other object can have the same number.
            if server is None or id(server) in copied:
                continue
            copied.add(id(server))
            key = tuple((value.value, id(value.item)) for name in _SERVER if (value := server.get(name)) is not None)
            found.setdefault(key, settings)
        return list(found.values())

    @cached_property
    def used(self) -> dict[str, str]:
        """The configurations that something uses, each with who does."""
        return activation_of_accounts(self.resolver)


Rule = Callable[[Context], Iterator[Finding]]


class Check(NamedTuple):
    """A rule family's registry entry: the codes that the function may report."""

    codes: tuple[str, ...]
    run: Rule
