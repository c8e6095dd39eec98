"""What holds for everything in one Spec."""

from __future__ import annotations

from functools import cached_property

from mailspec.model.effective import Effective
from mailspec.resolve.configurations import Configurations
from mailspec.resolve.people import People
from mailspec.resolve.person import Person


class Resolver(Configurations):
    """Answers what really holds in one Spec. Configurations are worked out once, people each time."""

    @cached_property
    def people(self) -> People:
        """What holds for people and groups."""
        return People(self)

    def person(self, identity: str) -> Person:
        """Return what holds for a person; ``identity`` is the lower-case address."""
        return self.people.person(identity)

    def group(self, name: str) -> Effective:
        """Return what a group's members share before their own words."""
        return self.people.group(name)
