"""The commands that a Spec names."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.spec import Spec


def commands_of(spec: Spec) -> Iterator[tuple[str, ...]]:
    """Yield every command that a Spec names, of secrets and of alerts."""
    pending: list[object] = [item.data for items in (spec.maps, *spec.lists.values()) for item in items.values()]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            command = value.get("command")
            if isinstance(command, list):
                yield tuple(map(str, command))
            pending += value.values()
        elif isinstance(value, list):
            pending += value
