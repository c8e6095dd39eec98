"""What ``init`` may be told."""

from __future__ import annotations

from typing import NamedTuple


class Choices(NamedTuple):
    """What is asked. ``provider`` is a provider's id or a server's host; ``path`` is the application's file."""

    provider: str | None = None
    sender: str | None = None
    username: str | None = None
    application: str | None = None
    path: str | None = None
    people: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def any_made(self) -> bool:
        """Whether there is anything to make beside what is imported."""
        return self.provider is not None or bool(self.people) or self.application is not None
