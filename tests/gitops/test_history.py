"""Twelve changes through the pull-request and the merge pipeline, made only of the shipped templates' scripts."""

from __future__ import annotations

from typing import Any

import pytest

# Some two hundred processes make this history once; every test looks at one part of it.
pytestmark = [
    pytest.mark.xdist_group("gitops-history"),
    pytest.mark.timeout(900),
    pytest.mark.service("wheels"),
]
PASSWORD = "b0ttle & glass"


def headlines(seen: Any) -> str:
    return "\n".join(effect["headline"] for effect in seen.diff["effects"])


def test_the_first_apply_is_started_by_hand_and_applies_everything(history: dict[str, Any]) -> None:
    plan, apply = history["first-pushed"]
    assert plan.code == 5
    assert "Refused (no-base)" in plan.log
    assert apply is None
    plan, apply = history["first"]
    assert plan.code == 0, plan.log
    assert "first apply here" in plan.log
    assert apply.code == 0, apply.log


def test_all_that_passed_left_no_trace_of_a_secret(history: dict[str, Any]) -> None:
    for name, seen in history.items():
        if not name.endswith("-hub"):
            assert PASSWORD not in repr(seen), name


def test_activation_tells_who_uses_what_now(history: dict[str, Any]) -> None:
    seen = history["activation"]
    assert seen.review.code == 0
    assert "configuration 'Standby' becomes the active one, after 'Primary'" in headlines(seen)
    assert "5 people now use " in seen.comment
    # The comment job puts a gap behind every @, so that nobody is mentioned.
    assert "bob@acme.example keeps their own" in seen.comment.replace("\u200b", "")
    assert not seen.diff["findings"]["new"], "who shares a finding has changed, but not the finding"


def test_a_flood_of_changes_is_stopped_by_the_threshold_and_lifted_once(history: dict[str, Any]) -> None:
    plan = history["activation"].plan
    assert plan.code == 5
    assert "Refused (affected-people)" in plan.log
    assert "5 of 6 people (83 %)" in plan.log
    assert "--allow affected-people" in plan.log
    assert history["activation"].apply is None
    plan, apply = history["activation-again"]
    assert (plan.code, apply.code) == (0, 0)
    assert "MAIL_SECURITY=starttls" in history["activation-hub"]


def test_the_general_port(history: dict[str, Any]) -> None:
    seen = history["general-port"]
    assert headlines(seen).startswith("5 people now use 465/tls (was ")
    assert seen.diff["effects"][0]["kept"] == ["user:bob@acme.example"]
    assert history["general-port-again"][1].code == 0


@pytest.mark.parametrize(
    ("name", "headline"),
    [
        ("person", "frank@acme.example: host localhost -> bob.acme.example"),
        ("group", "alice@acme.example and carol@acme.example now use 587/starttls (was 465/tls)"),
        ("mailing", "mailing 'newsletter': from.email news@acme.example -> billing@acme.example"),
        ("provider", "host relay.acme.example -> smtp-relay.brevo.com"),
        ("secret", "auth.password {env: ACME_SMTP_PASSWORD} -> {file: "),
        ("revert", "frank@acme.example: host bob.acme.example -> localhost"),
    ],
)
def test_what_is_merged_is_reported_and_applied(name: str, headline: str, history: dict[str, Any]) -> None:
    seen = history[name]
    assert seen.review.code == 0, seen.review.log
    assert headline in headlines(seen)
    assert seen.comment.startswith("<!-- mailspec -->")
    assert "mailspec diff" in seen.review.summary
    assert seen.report.startswith("<!doctype html>")
    assert seen.plan.code == 0, seen.plan.log
    assert seen.apply.code == 0, seen.apply.log


def test_secrets_newly_needed_are_named(history: dict[str, Any]) -> None:
    assert history["provider"].diff["secrets_needed"] == ["env BREVO_KEY"]
    assert any(name.startswith("file ") for name in history["secret"].diff["secrets_needed"])


def test_a_deletion_is_destructive_and_waits_for_its_confirmation(history: dict[str, Any]) -> None:
    seen = history["deletion"]
    assert [(effect["kind"], effect["destructive"]) for effect in seen.diff["effects"]] == [("deleted", True)]
    assert seen.plan.code == 0
    assert "is kept" in seen.plan.log
    assert seen.apply is None
    plan, apply = history["deletion-again"]
    assert "1 to delete" in plan.log
    assert apply.code == 0, apply.log


def test_a_typo_fails_with_its_place_and_is_not_merged(history: dict[str, Any]) -> None:
    seen = history["typo"]
    assert seen.review.code == 1
    assert "::error file=groups/accounting.yml,line=2" in seen.review.log
    assert "MS004" in {found["ruleId"] for found in seen.sarif["runs"][0]["results"]}
    assert "MS004" in seen.comment
    assert seen.gitlab.code == 1
    assert {found["check_name"].partition("/")[0] for found in seen.quality} >= {"MS004"}
    assert "MS004" in seen.junit
    assert seen.action.code == 1
    assert seen.plan is None


def test_formatting_only_says_no_changes(history: dict[str, Any]) -> None:
    seen = history["formatting"]
    assert seen.review.code == 0
    assert seen.diff["effects"] == []
    assert "**No changes.**" in seen.comment
    assert seen.gitlab.code == 0
    assert seen.gitlab.log.rstrip().endswith("No changes.")
    assert seen.plan.code == 0
    assert "No changes." in seen.plan.log
    assert seen.apply is None


def test_a_merge_conflict_wrongly_solved_is_found(history: dict[str, Any]) -> None:
    seen = history["conflict"]
    assert seen.review.code == 1
    assert "MS402" in seen.review.log
    assert seen.plan is None


CHANGES = (
    "activation", "general-port", "person", "group", "mailing", "provider", "deletion", "secret", "typo", "formatting",
    "conflict", "revert",
)  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_both_reviews_agree_and_say_that_they_have_no_secrets(name: str, history: dict[str, Any]) -> None:
    seen = history[name]
    assert seen.review.code == seen.gitlab.code == (1 if name in ("typo", "conflict") else 0)
    for log in (seen.review.log, seen.gitlab.log):
        assert "No secrets and no state in this job" in log
        assert "validate and diff only" in log
    failing = [found for found in seen.quality if found["severity"] in ("critical", "major", "blocker")]
    assert bool(failing) == bool(seen.gitlab.code)
    assert ("<failure" in seen.junit) == bool(seen.gitlab.code)


@pytest.mark.parametrize("name", ["activation", "typo", "formatting", "loosened"])
def test_the_action_says_what_the_template_says(name: str, history: dict[str, Any]) -> None:
    seen = history[name]
    assert seen.action.code == seen.review.code
    assert seen.action.outputs["report"] == "mailspec-report"
    assert seen.action.outputs["files"] == "comment.md diff.json report.html validate.sarif"
    assert seen.action.log.replace("mailspec-report/", "report/") == seen.review.log
    assert seen.action.summary == seen.review.summary


def test_every_script_that_is_shipped_was_run(history: dict[str, Any], root: Any, scripts_of: Any) -> None:
    shipped = [*(root / "templates").rglob("*.yml"), root / "action.yml"]
    assert len(shipped) >= 6
    for path in shipped:
        left = set(scripts_of(path)) - history["pipelines"].scripts
        assert not left, f"{path.name}: {left}"


def test_the_templates_own_steps_install_what_then_runs(history: dict[str, Any]) -> None:
    pipelines = history["pipelines"]
    assert set(pipelines.installed) == {"pull-request.yml", "action.yml", "gitlab"}
    assert pipelines.installed["pull-request.yml"].steps[0] == ("Install mailspec", 0)
    assert pipelines.installed["action.yml"].steps[0] == ("Install mailspec", 0)
    assert (pipelines.folder / "temp/mailspec/bin/mailspec").exists()
    assert "install -y -q --no-install-recommends git" in (pipelines.folder / "apt-get.log").read_text()
