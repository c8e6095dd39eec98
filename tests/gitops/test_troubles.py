"""Drift and loosened policies through the shipped pipelines' scripts, after the twelve changes."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [
    pytest.mark.xdist_group("gitops-history"),
    pytest.mark.timeout(900),
    pytest.mark.service("wheels"),
]


@pytest.mark.parametrize("when", ["calm", "calm-again"])
def test_without_drift_the_scheduled_jobs_pass(when: str, history: dict[str, Any]) -> None:
    for ran in history[when]:
        assert ran.code == 0, ran.log
        assert "No drift." in ran.log


def test_drift_by_hand_fails_the_scheduled_jobs_and_is_named_by_field(history: dict[str, Any]) -> None:
    for ran in history["drift"]:
        assert ran.code == 7, ran.log
        assert "MAIL_SECURITY  starttls -> none" in ran.log
        assert "last written " in ran.log
        assert "mailspec apply puts it right." in ran.log
    assert "Drift in 1 target" in history["drift"][0].summary
    assert "MAIL_SECURITY" in history["drift"][0].summary


def test_apply_puts_it_right_and_says_so(history: dict[str, Any]) -> None:
    plan, apply = history["repaired"]
    assert "changed outside mailspec: MAIL_SECURITY" in plan.log
    assert apply.code == 0, apply.log
    assert "put right" in apply.log
    assert "MAIL_SECURITY" in apply.log
    before, after = history["repaired-hub"]
    assert before == after


def test_a_loosened_policy_is_refused_in_review_and_again_after_a_forced_merge(history: dict[str, Any]) -> None:
    seen = history["loosened"]
    assert seen.review.code == seen.gitlab.code == seen.action.code == 5
    assert "Refused (policy-loosened)" in seen.review.log
    assert "policy" in seen.comment
    assert seen.plan.code == 5
    assert "thresholds.deletions 1 -> 100" in seen.plan.log
    assert seen.apply is None


def test_the_change_after_it_is_not_judged_by_what_was_refused(history: dict[str, Any]) -> None:
    seen = history["harmless"]
    assert seen.review.code == 0, "the change itself loosens nothing"
    assert seen.plan.code == 5
    assert "thresholds.deletions 1 -> 100" in seen.plan.log
    assert seen.apply is None


def test_whoever_may_approve_starts_it_by_hand(history: dict[str, Any]) -> None:
    plan, apply = history["approved"]
    assert (plan.code, apply.code) == (0, 0), plan.log + apply.log


def test_a_label_lets_a_change_loosen_the_policy_in_review_and_the_merge_still_asks(history: dict[str, Any]) -> None:
    seen = history["labelled"]
    assert seen.review.code == seen.gitlab.code == 0, seen.review.log + seen.gitlab.log
    assert seen.plan.code == 5
    assert "thresholds.deletions 100 -> 200" in seen.plan.log
