"""What counts in a report, and in which order findings stand."""

from __future__ import annotations

import pytest

from mailspec.outcome.location import Location
from mailspec.outcome.report import Report, finding


def report(*severities, suppressed=()):
    held = [finding("MS103", severity, None, severity=severity) for severity in severities]
    held += [finding("MS103", severity, None, severity=severity).replace(suppressed=True) for severity in suppressed]
    return Report(tuple(held), 3, {})


def test_suppressed_findings_are_counted_apart():
    held = report("error", "warning", "warning", "info", suppressed=["error"])
    assert held.summary == {"files": 3, "errors": 1, "warnings": 2, "infos": 1, "suppressed": 1}
    assert len(held.counted) == 4


@pytest.mark.parametrize(
    ("severities", "suppressed", "fails", "fails_strictly"),
    [
        ((), (), False, False),
        (("info",), (), False, False),
        (("warning",), (), False, True),
        (("error",), (), True, True),
        (("info",), ("error", "warning"), False, False),
    ],
)
def test_what_fails(severities, suppressed, fails, fails_strictly):
    held = report(*severities, suppressed=suppressed)
    assert (held.failed(), held.failed(strict=True)) == (fails, fails_strictly)


def test_order_is_by_place_and_what_has_none_comes_first():
    places = [None, Location("a.yml", 2, 9, 2, 10), Location("a.yml", 10, 1, 10, 2), Location("b.yml", 1, 1, 1, 2)]
    held = [finding("MS103", "words", place) for place in places]
    shuffled = [held[index] for index in (2, 0, 3, 1)]
    assert sorted(shuffled, key=lambda entry: entry.sort_key) == held
