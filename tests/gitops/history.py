"""What happens to the company's repository: every shipped job's scripts, on clones of their own as on real runners."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tools.pinned import requirements

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / "templates/github"
GITLAB = ROOT / "templates/gitlab/mailspec.gitlab-ci.yml"
PASSWORD = "b0ttle & glass"
# Whose merges GitLab's jobs plan and apply, and whose pull requests the action reviews as well; the rest is GitHub's.
BY_GITLAB = ("group", "mailing", "deletion", "formatting")
BY_ACTION = ("activation", "typo", "formatting", "loosened")
# A gh that knows one open pull request and keeps what would be posted.
GH = '#!/bin/sh\ncase "$*" in *" GET "*) echo 7;; *"POST"*) cp comment.md posted.md;; esac\n'


class Seen(NamedTuple):
    """What people see of one change: its checks, its comment, and what became of it after the merge."""

    review: Any
    gitlab: Any
    quality: list[dict[str, Any]]
    junit: str
    action: Any
    diff: dict[str, Any]
    comment: str
    report: str
    sarif: dict[str, Any]
    plan: Any
    apply: Any


class Pipelines:
    """A repository and its pipelines. The first job of each kind installs mailspec with the template's own step."""

    def __init__(self, folder: Path, world: Any, repository: Any, jobs: tuple[Any, Any], pip: dict[str, str]) -> None:
        self.folder, self.world, self.repository = folder, world, repository
        self._github, self._gitlab = jobs
        self.number = 0
        self.scripts: set[str] = set()
        self.state = f"sqlite:///{folder}/state.sqlite"
        tools = folder / "tools"
        tools.mkdir()
        for name, text in {"gh": GH, "apt-get": f'#!/bin/sh\necho "$*" >>{folder}/apt-get.log\n'}.items():
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        # The runner's own Python, in which nothing but pip is installed before the pipeline does it.
        subprocess.run([sys.executable, "-m", "venv", folder / "python"], check=True)
        path = f"{folder}/python/bin:{tools}:{os.environ['PATH']}"
        self.env = {**pip, "PATH": path, "RUNNER_TEMP": str(folder / "temp")}
        (folder / "temp").mkdir()
        self.installed: dict[str, Any] = {}
        self.requirements = requirements(*map(Path, pip["PIP_FIND_LINKS"].split()))

    def github(self, file: Path, name: str, folder: Path, given: dict[str, str], **env: str) -> Any:
        install = file.name in ("pull-request.yml", "action.yml") and file.name not in self.installed
        ran = self._github(file, name, folder, given, {**self.env, **env}, install=install)
        if install:
            self.installed[file.name] = ran
        self.scripts |= set(ran.scripts)
        return ran

    def gitlab(self, name: str, folder: Path, **variables: str) -> Any:
        # mailspec is there already, from GitHub's step; GitLab's asks for the same version.
        before = name == "mailspec:review" and "gitlab" not in self.installed
        given = {**self.env, "MAILSPEC_REQUIREMENTS": ".gitlab/mailspec-requirements.txt", **variables}
        ran = self._gitlab(GITLAB, name, folder, given, before=before)
        if before:
            self.installed["gitlab"] = ran
        self.scripts |= set(ran.scripts)
        return ran

    def clone(self, revision: str) -> Path:
        self.number += 1
        folder = self.folder / f"job{self.number}"
        self.repository.git("clone", "-q", "--no-hardlinks", str(self.repository.folder), str(folder))
        self.repository.git("-C", str(folder), "checkout", "-q", revision)
        for name in (".github", ".gitlab"):
            # As the guide says: it is committed there, with the hashes of the wheels.
            (folder / name).mkdir(exist_ok=True)
            (folder / name / "mailspec-requirements.txt").write_text(self.requirements)
        return folder

    def review(self, merged: str, base: str, label: bool) -> tuple[Any, Path]:
        folder = self.clone(merged)
        given = {
            "github.event.pull_request.base.sha": base,
            "contains(github.event.pull_request.labels.*.name, 'mailspec-policy-change')": str(label).lower(),
        }
        return self.github(GITHUB / "pull-request.yml", "review", folder, given), folder / "report"

    def review_gitlab(self, merged: str, base: str, label: bool) -> tuple[Any, Path]:
        folder = self.clone(merged)
        labels = "mail,mailspec-policy-change" if label else "mail"
        variables = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "CI_MERGE_REQUEST_LABELS": labels}
        return self.gitlab("mailspec:review", folder, **variables), folder / "report"

    def review_action(self, merged: str, base: str, label: bool) -> Any:
        given = {
            "github.action_path": str(ROOT),
            "inputs.project": ".",
            "inputs.base": base,
            "inputs.allow-policy-change": str(label).lower(),
            "inputs.output": "mailspec-report",
        }
        folder = self.clone(merged)
        ran = self.github(ROOT / "action.yml", "", folder, given)
        ran.outputs["files"] = " ".join(sorted(path.name for path in (folder / "mailspec-report").iterdir()))
        return ran

    def comment(self, artefact: Path) -> str:
        self.number += 1
        folder = self.folder / f"comment{self.number}"
        folder.mkdir()
        shutil.copytree(artefact, folder / "untrusted")
        given = {
            "github.event.workflow_run.html_url": "https://github.example/acme/mail/actions/runs/1",
            "github.token": "none",
            "github.event.workflow_run.head_repository.owner.login": "acme",
            "github.event.workflow_run.head_branch": "change",
            "github.event.workflow_run.head_sha": "0" * 40,
        }
        ran = self.github(GITHUB / "comment.yml", "comment", folder, given, GITHUB_REPOSITORY="acme/mail")
        assert ran.code == 0, ran.log
        return (folder / "posted.md").read_text(encoding="utf-8")

    def merge(self, revision: str, name: str, *, hand: bool = False, confirm: str = "", allow: str = "") -> Any:
        """Plan what was merged, and apply it where the plan has changes; ``hand``: a person starts it."""
        planning, applying = self.clone(revision), self.clone(revision)
        if name.removesuffix("-again") in BY_GITLAB:
            variables = {"MAILSPEC_STATE_URL": self.state, "CI_PIPELINE_SOURCE": "web" if hand else "push"}
            variables |= {"CI_COMMIT_SHA": revision, "CONFIRM_DELETE": confirm, "ALLOW": allow}
            plan = self.gitlab("mailspec:plan", planning, **variables)
            if plan.code or "No changes." in plan.log:
                return plan, None
            shutil.copy(planning / "plan.json", applying)
            return plan, self.gitlab("mailspec:apply", applying, ACME_SMTP_PASSWORD=PASSWORD, **variables)
        base = revision if hand else "@applied"
        given = {
            "secrets.MAILSPEC_STATE_URL": self.state,
            "github.event_name == 'workflow_dispatch' && github.sha || '@applied'": base,
            "inputs.confirm_delete": confirm,
            "inputs.allow": allow,
            "secrets.ACME_SMTP_PASSWORD": PASSWORD,
        }
        plan = self.github(GITHUB / "merge.yml", "plan", planning, given)
        if plan.outputs.get("pending") != "true":
            return plan, None
        shutil.copy(planning / "plan.json", applying)
        return plan, self.github(GITHUB / "merge.yml", "apply", applying, given)

    def change(self, branch: str, *, label: bool = False, forced: bool = False) -> Seen:
        """Review a branch as merged into main; merge it where its checks pass, or where somebody forces it."""
        git, before = self.repository.git, self.repository.git("rev-parse", "main")
        git("checkout", "-q", "--detach", "main")
        git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
        after = git("rev-parse", "HEAD")
        review, artefact = self.review(after, before, label)
        gitlab, other = self.review_gitlab(after, before, label)
        action = self.review_action(after, before, label) if branch in BY_ACTION else None
        plan = apply = None
        if forced or review.code == 0:
            git("branch", "-f", "main", after)
            plan, apply = self.merge(after, branch)
        return Seen(
            review,
            gitlab,
            json.loads((other / "quality.json").read_text(encoding="utf-8")),
            (other / "junit.xml").read_text(encoding="utf-8"),
            action,
            json.loads((artefact / "diff.json").read_text(encoding="utf-8")),
            self.comment(artefact),
            (artefact / "report.html").read_text(encoding="utf-8"),
            json.loads((artefact / "validate.sarif").read_text(encoding="utf-8")),
            plan,
            apply,
        )

    def drift(self) -> tuple[Any, Any]:
        """Run both scheduled jobs."""
        given = {"secrets.MAILSPEC_STATE_URL": self.state}
        main = self.repository.git("rev-parse", "main")
        found = self.github(GITHUB / "drift.yml", "drift", self.clone(main), given)
        return found, self.gitlab("mailspec:drift", self.clone(main), MAILSPEC_STATE_URL=self.state)
