"""Attacks 4 to 6 of the table in tests/security/README.md, by commands alone: the same file runs on older trees."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
HEAD = "version: 1\ninstance: {id: acme}\n"
STRICT = HEAD + "policy: {allowed_recipients: ['*@acme.example'], require_tls: true}\n"
LOOSE = HEAD + "policy: {allowed_recipients: ['*'], require_tls: false}\n"
WHO = {f"GIT_{role}_{part}": "x@acme.example" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}


@pytest.fixture
def mail(repository: Any) -> Path:
    """A project in the folder ``mail`` of a repository, whose first commit has a strict policy."""
    repository.commit("start", {"mail/mailspec.yml": STRICT})
    folder: Path = repository.folder / "mail"
    return folder


class Planted:
    """A repository that is made of a project's own files, so that a pull request can carry it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "--bare", ".")
        # So that Git takes the project's folder for its work tree.
        self.git("config", "core.bare", "false")
        self.git("config", "core.worktree", ".")

    def git(self, *arguments: str, stdin: str = "") -> str:
        here = {**os.environ, **WHO, "GIT_DIR": str(self.folder)}
        run = ["git", *arguments]
        done = subprocess.run(run, cwd=self.folder, env=here, input=stdin, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit(self, text: str) -> tuple[str, str]:
        """Return a commit whose one file is the policy, and that file's object."""
        blob = self.git("hash-object", "-w", "--stdin", stdin=text)
        tree = self.git("mktree", stdin=f"100644 blob {blob}\tmailspec.yml\n")
        return self.git("commit-tree", "-m", "x", tree), blob


def arrive(mail: Path, repository: Any) -> None:
    """Commit the change with the loose policy and what was planted."""
    (mail / "mailspec.yml").write_text(LOOSE)
    shutil.rmtree(mail / "hooks", ignore_errors=True)
    repository.git("add", "-Af")
    repository.git("commit", "-qm", "attack")


def test_4_a_branch_of_a_repository_in_the_project_is_no_base(mail: Path, repository: Any, cli: Cli) -> None:
    planted = Planted(mail)
    loose, _ = planted.commit(LOOSE)
    planted.git("update-ref", "refs/remotes/origin/main", loose)
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    arrive(mail, repository)
    ran = cli("validate", "--base", "origin/main", cwd=mail)
    assert (ran.code, "policy-loosened" in ran.err) == (5, True), ran.out + ran.err


def test_4_an_object_replaced_in_a_repository_in_the_project_counts_for_nothing(
    mail: Path, repository: Any, cli: Cli
) -> None:
    base = repository.git("rev-parse", "HEAD")
    planted = Planted(mail)
    loose, _ = planted.commit(LOOSE)
    planted.git("fetch", "-q", str(repository.folder), "main")
    planted.git("replace", base, loose)
    arrive(mail, repository)
    ran = cli("validate", "--base", base, cwd=mail)
    assert (ran.code, "policy-loosened" in ran.err) == (5, True), ran.out + ran.err


def test_4_a_repository_in_the_project_starts_no_program(mail: Path, repository: Any, cli: Cli, tmp_path: Path) -> None:
    """Its promisor remote would be asked for the object that it lacks."""
    planted = Planted(mail)
    loose, blob = planted.commit(LOOSE)
    planted.git("update-ref", "refs/remotes/origin/main", loose)
    (mail / f"objects/{blob[:2]}/{blob[2:]}").unlink()
    for name, value in {
        "remote.evil.url": f"ext::sh -c touch% {tmp_path}/ran",
        "remote.evil.promisor": "true",
        "remote.evil.partialclonefilter": "blob:none",
        "core.repositoryformatversion": "1",
        "extensions.partialClone": "evil",
        "protocol.ext.allow": "always",
    }.items():
        planted.git("config", name, value)
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    arrive(mail, repository)
    ran = cli("validate", "--base", "origin/main", cwd=mail)
    assert not (tmp_path / "ran").exists()
    assert (ran.code, "policy-loosened" in ran.err) == (5, True), ran.out + ran.err


def test_5_a_state_that_the_change_brings_chooses_no_base(
    repository: Any, repository_at: Any, cli: Cli, tmp_path: Path
) -> None:
    """``@applied`` asks the state which policy was approved last; a planted one names the attacker's commit."""
    server = "configurations: [{name: Hub, state: inactive, host: mail.acme.example, from: hub@acme.example}]\n"
    repository.commit("start", {"mailspec.yml": STRICT + server})
    repository.commit("attack", {"mailspec.yml": LOOSE + server})
    applied = cli("apply", "--auto-approve", "--no-test", cwd=repository.folder)
    assert applied.code == 0, applied.out + applied.err
    repository.git("add", "-f", ".mailspec/state.sqlite")
    repository.git("commit", "-qm", "state")
    runner = repository_at(tmp_path / "runner")
    runner.git("pull", "-q", str(repository.folder), "main")
    ran = cli("plan", "--base", "@applied", cwd=runner.folder)
    assert (ran.code, "Refused (state-tracked)" in ran.err) == (5, True), ran.out + ran.err


EVIL = "configurations: [{name: Evil, state: inactive, host: mail9.acme.example, port: 587, from: e@acme.example}]\n"


def test_6_what_a_link_brings_is_a_change(mail: Path, repository: Any, cli: Cli) -> None:
    repository.write({"mail/shared/evil.txt": EVIL})
    (mail / "configurations").mkdir()
    (mail / "configurations/evil.yml").symlink_to("../shared/evil.txt")
    repository.commit("link")
    assert "mail9.acme.example" in cli("show", "Evil", cwd=mail).out
    ran = cli("diff", "HEAD~1...HEAD", cwd=mail)
    assert ("No changes" in ran.out, "Evil" in ran.out) == (False, True), ran.out + ran.err


def test_6_what_a_submodule_brings_is_reported_to_be_unread(mail: Path, repository: Any, cli: Cli) -> None:
    (mail / "configurations").mkdir()
    inner = {"cwd": mail / "configurations", "check": True, "env": {**os.environ, **WHO}}
    (mail / "configurations/evil.yml").write_text(EVIL)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "evil"]):
        subprocess.run(["git", *words], **inner)  # type: ignore[call-overload]
    repository.git("-c", "advice.addEmbeddedRepo=false", "add", "mail/configurations")
    repository.git("commit", "-qm", "submodule")
    ran = cli("diff", "HEAD~1...HEAD", cwd=mail)
    assert "No changes" not in ran.out
    assert "configurations is not read: it is a submodule" in ran.out


def test_6_a_policy_that_became_a_link_is_still_the_base(mail: Path, repository: Any, cli: Cli) -> None:
    repository.git("mv", "mail/mailspec.yml", "mail/policy.txt")
    (mail / "mailspec.yml").symlink_to("policy.txt")
    repository.commit("link")
    repository.commit("attack", {"mail/policy.txt": LOOSE})
    ran = cli("validate", "--base", "HEAD~1", cwd=mail)
    assert (ran.code, "Refused (policy-" in ran.err) == (5, True), ran.out + ran.err
