"""A saved plan fails closed: whatever is missing, unknown or edited makes it unusable."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailspec.outcome.plan import Plan
from mailspec.outcome.refusal import Refusal
from mailspec.plan.digest import digest
from mailspec.plan.flags import Flags
from mailspec.plan.make import make_plan
from mailspec.plan.saved import as_json, dump, load
from mailspec.plan.stale import stale


@pytest.fixture
def plan(wanted, held, target) -> Plan:
    desired = wanted(A=("active", 465), B="inactive", targets=[target(HOST="x", PASSWORD={"env": "P"})])
    return make_plan(desired, held(A=True), Flags(confirmed=("B",), as_of="2026-12-01", commit="c" * 40))


def test_a_plan_comes_back_as_it_was(plan: Plan) -> None:
    loaded = load(dump(plan))
    assert loaded == plan
    assert stale(plan, plan) is None


def test_the_same_input_gives_the_same_text(plan: Plan) -> None:
    assert dump(plan) == dump(plan)
    assert set(as_json(plan)) >= {"version", "changes", "summary", "digest"}


def paths(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*path, key))


def edited(plan: Plan, path: tuple, how: str) -> str:
    held = json.loads(dump(plan))
    parent = held
    for step in path[:-1]:
        parent = parent[step]
    if how == "removed":
        del parent[path[-1]]
    else:
        parent[path[-1]] = "edited"
    return json.dumps(held)


def test_every_single_edit_is_noticed(plan: Plan) -> None:
    held = json.loads(dump(plan))
    for path in paths(held):
        if not path:
            continue
        for how in ("removed", "replaced"):
            found = load(edited(plan, path, how))
            assert isinstance(found, Refusal), (path, how)
            assert found.rule == "plan-file"
            assert found.help


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "nonsense", '{"version": 2}', '{"version": 1}', "[" * 100_000]
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    assert isinstance(load(text), Refusal)


def test_an_edit_with_a_new_checksum_still_fails_at_the_digest(plan: Plan) -> None:
    held = json.loads(dump(plan))
    del held["checksum"]
    held["changes"][0]["fields"][0]["after"] = "edited"
    assert isinstance(load(json.dumps({**held, "checksum": digest(held)})), Refusal)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.integers(min_value=0), char=st.characters(codec="utf-8"))
def test_no_broken_text_is_a_traceback(plan: Plan, where: int, char: str) -> None:
    text = dump(plan)
    where %= len(text)
    found = load(text[:where] + char + text[where + 1 :])
    assert isinstance(found, Refusal) or found.digest == plan.digest


def test_a_refusal_shows_nothing_that_was_in_the_file() -> None:
    assert "\x1b" not in load('{"version": "\\u001b[2J", "x": 1}').message


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "it is empty"), ("{", "it is no JSON"), ("\ufeff{}", "a byte order mark (BOM) stands before the JSON")],
)
def test_a_refusal_names_the_file_and_says_what_to_do(text: str, reason: str) -> None:
    found = load(text, "plans/today.json")
    assert isinstance(found, Refusal)
    assert found.message.startswith(f"the plan file plans/today.json cannot be used: {reason}")
    assert "mailspec plan --out" in found.help
