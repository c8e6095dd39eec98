"""Twelve changes through the pull-request and the merge pipeline, made only of the shipped templates' scripts."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GITHUB = ROOT / "templates/github"
GITLAB = ROOT / "templates/gitlab/mailspec.gitlab-ci.yml"
# Some seventy processes make this history once; every test looks at one part of it.
pytestmark = [pytest.mark.xdist_group("gitops-history"), pytest.mark.timeout(900)]


def _load(path: Path, name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


company = _load(HERE / "company.py", "mailspec_tests_company")
mailserver = _load(ROOT / "tools/demo/mailserver.py", "mailspec_tests_mailserver")


class Seen(NamedTuple):
    """What people see of one change: its checks, its comment, and what became of it after the merge."""

    review: Any
    gitlab: Any
    diff: dict[str, Any]
    comment: str
    report: str
    sarif: dict[str, Any]
    plan: Any
    apply: Any


class Pipelines:
    """A repository and its two pipelines. Each job gets a clone of its own, as on real runners."""

    def __init__(self, folder: Path, world: Any, repository: Any, jobs: tuple[Any, Any]) -> None:
        self.folder, self.world, self.repository = folder, world, repository
        self.github, self.gitlab = jobs
        self.number = 0
        self.state = f"sqlite:///{folder}/state.sqlite"

    def clone(self, revision: str) -> Path:
        self.number += 1
        folder = self.folder / f"job{self.number}"
        self.repository.git("clone", "-q", "--no-hardlinks", str(self.repository.folder), str(folder))
        self.repository.git("-C", str(folder), "checkout", "-q", revision)
        return folder

    def review(self, merged: str, base: str) -> tuple[Any, Path]:
        folder = self.clone(merged)
        given = {
            "github.event.pull_request.base.sha": base,
            "contains(github.event.pull_request.labels.*.name, 'mailspec-policy-change')": "false",
        }
        github = self.github(GITHUB / "pull-request.yml", "review", folder, given, {})
        kept = self.folder / f"artefact{self.number}"
        shutil.copytree(folder / "report", kept)
        return github, kept

    def review_gitlab(self, merged: str, base: str) -> Any:
        return self.gitlab(GITLAB, "mailspec:review", self.clone(merged), {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base})

    def comment(self, artefact: Path) -> str:
        folder = self.folder / f"comment{self.number}"
        folder.mkdir()
        shutil.copytree(artefact, folder / "untrusted")
        tools = self.folder / "tools"
        tools.mkdir(exist_ok=True)
        (tools / "gh").write_text(
            '#!/bin/sh\ncase "$*" in *" GET "*) echo 7;; *"POST"*) cp comment.md posted.md;; esac\n'
        )
        (tools / "gh").chmod(0o755)
        given = {
            "github.event.workflow_run.html_url": "https://github.example/acme/mail/actions/runs/1",
            "github.token": "none",
            "github.event.workflow_run.head_repository.owner.login": "acme",
            "github.event.workflow_run.head_branch": "change",
            "github.event.workflow_run.head_sha": "0" * 40,
        }
        env = {"GITHUB_REPOSITORY": "acme/mail", "PATH": f"{tools}:{os.environ['PATH']}"}
        ran = self.github(GITHUB / "comment.yml", "comment", folder, given, env)
        assert ran.code == 0, ran.log
        return (folder / "posted.md").read_text(encoding="utf-8")

    def merge(self, revision: str, before: str, *, confirm: str = "", allow: str = "") -> tuple[Any, Any]:
        given = {
            "secrets.MAILSPEC_STATE_URL": self.state,
            "github.event.before || github.sha": before,
            "inputs.confirm_delete": confirm,
            "inputs.allow": allow,
            "secrets.ACME_SMTP_PASSWORD": company.PASSWORD,
        }
        planning = self.clone(revision)
        plan = self.github(GITHUB / "merge.yml", "plan", planning, given, {})
        if plan.outputs.get("pending") != "true":
            return plan, None
        applying = self.clone(revision)
        shutil.copy(planning / "plan.json", applying / "plan.json")
        return plan, self.github(GITHUB / "merge.yml", "apply", applying, given, {})

    def change(self, branch: str, *, confirm: str = "", allow: str = "", merged: bool = True) -> Seen:
        """Review a branch as merged into main; merge it where its checks pass."""
        git, before = self.repository.git, self.repository.git("rev-parse", "main")
        git("checkout", "-q", "--detach", "main")
        git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
        after = git("rev-parse", "HEAD")
        review, artefact = self.review(after, before)
        gitlab = self.review_gitlab(after, before) if branch in ("typo", "formatting") else None
        assert (artefact / "validate.sarif").exists(), review.log
        plan = apply = None
        if merged and review.code == 0:
            git("branch", "-f", "main", after)
            plan, apply = self.merge(after, before, confirm=confirm, allow=allow)
        read = lambda name: (artefact / name).read_text(encoding="utf-8")  # noqa: E731
        return Seen(
            review,
            gitlab,
            json.loads(read("diff.json")),
            self.comment(artefact),
            read("report.html"),
            json.loads(read("validate.sarif")),
            plan,
            apply,
        )


@pytest.fixture(scope="module")
def history(
    tmp_path_factory: pytest.TempPathFactory, repository_at: Callable[[Path], Any], run_github: Any, run_gitlab: Any
) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("history")
    (folder / "secret").write_text(company.PASSWORD + "\n")
    (folder / "secret").chmod(0o600)
    with mailserver.running(folder / "server", {"hub@acme.example": company.PASSWORD}) as server:
        target = folder / "hub.env"
        world = company.World(server.tls_port, server.starttls_port, server.ca_file, target, folder / "secret")
        repository = repository_at(folder / "origin")
        repository.commit("start", world.start())
        pipelines = Pipelines(folder, world, repository, (run_github, run_gitlab))
        yield _twelve(pipelines)


def _twelve(pipelines: Pipelines) -> dict[str, Any]:
    git, world, seen = pipelines.repository.git, pipelines.world, {}
    start = git("rev-parse", "HEAD")
    git("checkout", "-q", "--detach")
    seen["first"] = pipelines.merge(start, start)
    told = {"activation": {"allow": "affected-people"}, "deletion": {"confirm": "Old"}}
    for name, files in world.changes().items():
        git("checkout", "-q", "-b", name, "main")
        pipelines.repository.commit(name, files)
        seen[name] = pipelines.change(name)
        if name in told or (seen[name].plan is not None and seen[name].plan.code == 5):
            # A person looks at the refusal and starts the workflow by hand, with the flag that it names.
            main = git("rev-parse", "main")
            seen[f"{name}-again"] = pipelines.merge(main, main, **told.get(name, {"allow": "affected-people"}))
        seen[f"{name}-hub"] = world.target.read_text() if world.target.exists() else ""
    _conflict(pipelines, seen)
    git("checkout", "-q", "-b", "revert", "main")
    person = git("rev-list", "-1", "--grep", "^person$", "main")
    git("revert", "--no-edit", person)
    seen["revert"] = pipelines.change("revert")
    return seen


def _conflict(pipelines: Pipelines, seen: dict[str, Any]) -> None:
    """Two people switch to another server at once; whoever merges keeps both sides."""
    git, world = pipelines.repository.git, pipelines.world
    password = f'{{file: "{world.secret}"}}'
    git("checkout", "-q", "-b", "conflict", "main~1")
    pipelines.repository.commit(
        "back to primary",
        {
            "configurations/primary.yml": world.primary("active"),
            "configurations/standby.yml": world.standby("inactive", password),
        },
    )
    git("checkout", "-q", "-b", "rival", "main")
    pipelines.repository.commit("rival", {"configurations/standby.yml": "# ours\n" + world.standby("active", password)})
    git("checkout", "-q", "conflict")
    text = world.standby("inactive", password).replace("configurations:", "# theirs\nconfigurations:")
    pipelines.repository.commit("more", {"configurations/standby.yml": text})
    git("merge", "-q", "rival", check=False)
    assert "UU configurations/standby.yml" in git("status", "--porcelain")
    pipelines.repository.commit("Merge rival", {"configurations/standby.yml": world.standby("active", password)})
    seen["conflict"] = pipelines.change("conflict")


def headlines(seen: Any) -> str:
    return "\n".join(effect["headline"] for effect in seen.diff["effects"])


def test_the_first_merge_applies_everything(history: dict[str, Any]) -> None:
    plan, apply = history["first"]
    assert plan.code == 0, plan.log
    assert "first apply here" in plan.log
    assert apply.code == 0, apply.log


def test_all_that_passed_left_no_trace_of_a_secret(history: dict[str, Any]) -> None:
    for name, seen in history.items():
        assert company.PASSWORD not in str(seen) or name.endswith("-hub"), name


def test_activation_tells_who_uses_what_now(history: dict[str, Any]) -> None:
    seen = history["activation"]
    assert seen.review.code == 0
    assert "configuration 'Standby' becomes the active one, after 'Primary'" in headlines(seen)
    assert "5 people now use " in headlines(seen)
    assert "bob@acme.example keeps their own" in seen.comment
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
        ("person", "frank@acme.example: host localhost -> frank.acme.example"),
        ("group", "alice@acme.example and carol@acme.example now use 587/starttls (was 465/tls)"),
        ("mailing", "mailing 'newsletter': from.email news@acme.example -> billing@acme.example"),
        ("provider", "host relay.acme.example -> smtp-relay.brevo.com"),
        ("secret", "auth.password {env: ACME_SMTP_PASSWORD} -> {file: "),
        ("revert", "frank@acme.example: host frank.acme.example -> localhost"),
    ],
)
def test_what_is_merged_is_said_and_applied(name: str, headline: str, history: dict[str, Any]) -> None:
    seen = history[name]
    assert seen.review.code == 0, seen.review.log
    assert headline in headlines(seen)
    assert seen.comment.startswith("<!-- mailspec -->")
    assert "mailspec diff" in seen.review.summary
    assert seen.report.startswith("<!doctype html>")
    assert (seen.plan.code, seen.plan.outputs.get("pending")) == (0, "true"), seen.plan.log
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
    assert "pending" not in seen.plan.outputs


def test_a_merge_conflict_wrongly_solved_is_found(history: dict[str, Any]) -> None:
    seen = history["conflict"]
    assert seen.review.code == 1
    assert "MS402" in seen.review.log
    assert seen.plan is None
