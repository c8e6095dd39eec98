"""A finding keeps its fingerprint while lines, order and values change, and shares it with no other."""

from __future__ import annotations

from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.render.fingerprint import fingerprints


def at(line: int, path: str = "/configurations/0/port", **changes: object) -> Finding:
    place = Location("mailspec.yml", line, 1, line, 2)
    return finding("MS101", f"Port {line} is wrong.", place, path=path, object="configuration:A").replace(**changes)


def test_lines_values_and_positions_do_not_count():
    assert fingerprints([at(6)]) == fingerprints([at(99)]) == fingerprints([at(6, "/configurations/7/port")])


def test_a_file_that_is_renamed_does_not_count_where_an_object_is_meant():
    moved = at(6).replace(location=Location("other.yml", 1, 1, 1, 2))
    assert fingerprints([at(6)]) == fingerprints([moved])


def test_code_object_field_and_environment_count():
    others = [
        at(6, code="MS103"),
        at(6, object="configuration:B"),
        at(6, "/configurations/0/host"),
        at(6, environment="staging"),
        at(6, object=None),
    ]
    assert len({*fingerprints([at(6), *others])}) == 6


def test_equal_findings_are_distinguished_by_order():
    marks = fingerprints([at(1), at(2), at(3)])
    assert len(set(marks)) == 3
    assert marks[0] == fingerprints([at(5)])[0]


def test_parts_cannot_be_mistaken_for_each_other():
    left = at(1).replace(object="a", path="b")
    right = at(1).replace(object="ab", path="")
    assert len({*fingerprints([left, right])}) == 2
