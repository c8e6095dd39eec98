"""Apply, rollback and recovery killed in the middle, as real processes. ``make torture`` takes every point."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.killing.databases import postgres as make_postgres
from tools.killing.databases import sqlite as make_sqlite
from tools.killing.races import race
from tools.killing.sweep import kill, list_points, stop
from tools.killing.world import Template

pytestmark = [
    pytest.mark.service("strace"),
    pytest.mark.xdist_group("postgres"),
]
EVERY = 14  # of about 190 writes; prime to the number of writes that one step makes


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.service("postgres"))])
def template(request: pytest.FixtureRequest, tmp_path: Path) -> Template:
    if request.param == "sqlite":
        return make_sqlite(tmp_path / "template")
    return make_postgres(tmp_path / "template", request.getfixturevalue("postgres"))


@pytest.mark.parametrize("mode", ["apply", "rollback"])
def test_killed_anywhere_the_old_or_the_new_settings_hold(template: Template, tmp_path: Path, mode: str) -> None:
    points = list_points(template, tmp_path / "list", mode)
    last = [point for point in points if point.call == "fsync"][-1]  # removes what undoing would have needed
    points = [*points[7 :: EVERY if mode == "apply" else 2 * EVERY], last]
    outcomes = [kill(template, tmp_path / str(number), mode, point) for number, point in enumerate(points)]
    assert [(item.point, item.wrong) for item in outcomes if item.wrong] == []
    assert all(item.killed for item in outcomes)
    # The sample reaches both sides of the commit.
    output = " ".join(item.output for item in outcomes)
    assert "undone" in output
    assert "holds" in output


@pytest.mark.parametrize("phase", ["before the commit", "after it"])
def test_a_killed_recovery_is_recovered(template: Template, tmp_path: Path, phase: str) -> None:
    points = list_points(template, tmp_path / "list", "apply")
    # The second rename puts the second file in force; the last fsyncs remove what undoing needed.
    first = next(point for point in points if str(point) == "rename 2")
    if phase == "after it":
        first = [point for point in points if point.call == "fsync"][-2]
    points = list_points(template, tmp_path / "list2", "recover", first)[3::24]
    outcomes = [kill(template, tmp_path / str(number), "apply", first, point) for number, point in enumerate(points)]
    assert len(outcomes) >= 2
    assert [(item.point, item.wrong) for item in outcomes if item.wrong] == []


def test_terminated_anywhere_it_undoes_itself(template: Template, tmp_path: Path) -> None:
    points = list_points(template, tmp_path / "list", "apply")[5::30]
    outcomes = [stop(template, tmp_path / str(number), "apply", point) for number, point in enumerate(points)]
    assert [(item.point, item.wrong) for item in outcomes if item.wrong] == []
    assert any(item.killed for item in outcomes)


def test_two_applies_at_once_do_not_mix(template: Template, tmp_path: Path) -> None:
    races: Callable[[int], str] = lambda number: race(template, tmp_path / f"race{number}")  # noqa: E731
    assert [wrong for wrong in map(races, range(10)) if wrong] == []
