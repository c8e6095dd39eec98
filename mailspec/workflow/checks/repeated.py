"""What many environments have wrong at one place: told of the first ones, then counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailspec.outcome.finding import Finding
from mailspec.outcome.sentence import shorten_list

_MOST_SHOWN = 10
_NAMED = 3
_Key = tuple[object, ...]


class Repeated:
    """The findings of environments, counted by their place: a thousand environments of a thousand targets would give
    a million that say the same."""

    def __init__(self) -> None:
        self._seen: dict[_Key, int] = {}
        self._first: dict[_Key, Finding] = {}
        self._more: dict[_Key, list[str]] = {}

    def first_ones(self, environment: str, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield an environment's findings with its name, without those that enough environments have already."""
        here: dict[_Key, None] = {}
        for finding in findings:
            key = (finding.code, finding.location, finding.severity, finding.object)
            if key not in here:
                here[key] = None
                self._seen[key] = self._seen.get(key, 0) + 1
            if self._seen[key] <= _MOST_SHOWN:
                yield finding.replace(environment=environment)
                continue
            more = self._more.setdefault(key, [])
            if not more:
                self._first[key] = finding
            if not more or more[-1] != environment:
                more.append(environment)

    def counted(self) -> Iterator[Finding]:
        """Yield one finding for each place that more environments have wrong than were told of.

        It has the severity of those that it stands for, and their place, so that what silences one silences it.
        """
        for key, names in self._more.items():
            shown = shorten_list([f"'{name}'" for name in names], _NAMED)
            many = "one more environment" if len(names) == 1 else f"{len(names):,} more environments"
            message = f"The same of {many}: {shown}."
            # By its last name it stands behind those of which was told.
            yield self._first[key].replace(message=message, environment=max(names), fix=None, related=())
