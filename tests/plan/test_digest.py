"""Digests: equal for what is equal, and blind for secrets."""

from __future__ import annotations

from dataclasses import replace

from mailspec.plan.desired import Desired
from mailspec.plan.digest import canonical, spec_digest, target_digest
from mailspec.plan.flags import Flags
from mailspec.plan.live import LiveTarget
from mailspec.plan.make import make_plan


def test_the_order_of_declaration_does_not_matter(wanted) -> None:
    desired = wanted(A="active", B="inactive")
    turned = replace(desired, objects=tuple(reversed(desired.objects)))
    assert spec_digest(desired) == spec_digest(turned)
    assert spec_digest(desired) != spec_digest(wanted(A="inactive", B="active"))


def test_a_target_that_is_not_there_is_a_word() -> None:
    assert target_digest(LiveTarget("app", "absent")) == "absent"


def test_a_compared_secret_changes_no_digest(target, held) -> None:
    def plan(outcome):
        live = held(targets=[LiveTarget("app", "ours", {"HOST": "x"}, {"P": outcome}, {"HOST": "x"}, "0600")])
        return make_plan(Desired(targets=(target(HOST="y", P={"env": "P"}),)), live, Flags())

    plans = [plan(outcome) for outcome in ("unchanged", "changed", "not_checked")]
    assert len({item.digest for item in plans}) == 1
    assert [len(item.changes[0].fields) for item in plans] == [1, 2, 1]


def test_variables_flags_and_the_live_side_are_in_the_basis(wanted, held) -> None:
    base = make_plan(wanted(A="active"), held(A=True), Flags())
    with_variable = replace(wanted(A="active"), variables={"SETGET_SMTP_PORT": 465})
    assert make_plan(with_variable, held(A=True), Flags()).basis.variables != base.basis.variables
    assert make_plan(wanted(A="active"), held(A=True), Flags(as_of="2027-01-01")).digest != base.digest
    assert make_plan(wanted(A="active"), held(A=True), Flags(commit="x")).digest == base.digest


def test_canonical_json_is_ascii_and_sorted() -> None:
    assert canonical({"b": "é", "a": [1]}) == '{"a":[1],"b":"\\u00e9"}'
