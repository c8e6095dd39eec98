"""One side of a comparison: what really holds for everything that a Spec declares."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from mailspec.load.spec import Spec
from mailspec.model.effective import Effective
from mailspec.outcome.effective import Value
from mailspec.resolve import Resolver, bulk, bulk_account, mailing, mobile
from mailspec.resolve.activation import state_of
from mailspec.rules.secrets import references
from mailspec.workflow.checks.checking import variables_of


class Side:
    """The settings that hold in one version of the files."""

    def __init__(self, spec: Spec, *, with_env: bool = False) -> None:
        self.spec = spec
        self.resolver = Resolver(spec, variables_of(spec) if with_env else None)

    @cached_property
    def objects(self) -> dict[str, Effective]:
        """Everything that can send, by its name across files, in the order of declaration."""
        resolver, spec = self.resolver, self.spec
        settings = [resolver.configuration(name) for name in spec.configurations if state_of(spec, name) != "absent"]
        settings += [resolver.person(identity) for identity in spec.users]
        settings += [mailing(resolver, name) for name in spec.mailings]
        if spec.sends_bulk:
            settings.append(bulk_account(resolver))
        if spec.sends_mobile:
            settings.append(mobile(resolver))
        return {entry.object.lower() if entry.kind == "user" else entry.object: entry for entry in settings}

    @cached_property
    def targets(self) -> dict[str, dict[str, Any]]:
        """The declared targets, by name."""
        return {f"target:{name}": dict(item.data) for name, item in self.spec.targets.items()}

    @property
    def active(self) -> str | None:
        """The active configuration's name."""
        return self.resolver.activation.active

    @cached_property
    def _references(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        spec = self.spec
        used = {self.active, bulk(self.resolver).configuration}
        items = [item for name, item in spec.configurations.items() if name in used]
        for item in [*items, *spec.groups.values(), *spec.users.values(), *spec.targets.values(), spec.general]:
            for _path, reference in references(item):
                found[json.dumps(reference, sort_keys=True)] = reference
        return found

    def references(self) -> dict[str, dict[str, Any]]:
        """Return the references to secrets that somebody needs."""
        return self._references

    def stops(self) -> list[str]:
        """Return the declared features that stop without mail."""
        return [
            f"{name}: {feature.get('without')}" if feature.get("without") else name
            for name, feature in self.spec.lists["features"].items()
        ]


def plain(value: Value | None) -> Any:
    """Return a field's value, ``None`` where there is no field."""
    return None if value is None else value.value
