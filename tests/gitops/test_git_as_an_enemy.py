"""A repository that a stranger has shaped: Git runs nothing of it, and what it hides stops the run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.source.git import GitError, git, resolve_revision
from mailspec.source.revision import GitRevision

Cli = Callable[..., Any]
STRICT = "version: 1\npolicy: {allowed_recipients: ['*@acme.example'], require_tls: true}\n"
LOOSE = "version: 1\npolicy: {allowed_recipients: ['*'], require_tls: false}\n"


@pytest.fixture
def mail(repository: Any) -> Path:
    """A project in the folder ``mail`` of a repository, with a strict policy in its first commit."""
    repository.commit("start", {"mail/mailspec.yml": STRICT})
    folder: Path = repository.folder / "mail"
    return folder


def bare(folder: Path, files: dict[str, str], mark: Path) -> str:
    """Make a bare repository among the project's files, as a change can; return its commit."""
    run: dict[str, Any] = {"cwd": folder, "check": True, "capture_output": True, "text": True}
    subprocess.run(["git", "init", "-q", "--bare", "."], **run)
    shapes = ""
    for name, text in files.items():
        blob = subprocess.run(["git", "hash-object", "-w", "--stdin"], input=text, **run).stdout.strip()
        shapes += f"100644 blob {blob}\t{name}\n"
    tree = subprocess.run(["git", "mktree"], input=shapes, **run).stdout.strip()
    who = {f"GIT_{role}_{part}": "x@acme.example" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    made = subprocess.run(["git", "commit-tree", "-m", "x", tree], env={**os.environ, **who}, **run).stdout.strip()
    subprocess.run(["git", "update-ref", "refs/heads/main", made], **run)
    subprocess.run(["git", "update-ref", "HEAD", made], **run)
    for name in ("core.fsmonitor", "core.sshCommand", "uploadpack.packObjectsHook"):
        subprocess.run(["git", "config", name, f"touch {mark}"], **run)
    return made


def test_a_repository_among_the_projects_files_is_not_asked(
    mail: Path, repository: Any, tmp_path: Path, cli: Cli
) -> None:
    bare(mail, {"mailspec.yml": LOOSE}, tmp_path / "ran")
    (mail / "mailspec.yml").write_text(LOOSE)
    repository.git("add", "-A")
    repository.git("commit", "-qm", "attack")
    ran = cli("validate", "--base", "HEAD~1", cwd=mail)
    assert ran.code == 5, ran.out + ran.err
    assert "policy-loosened" in ran.err
    assert not (tmp_path / "ran").exists()


def test_a_replaced_commit_hides_no_loosening(mail: Path, repository: Any, cli: Cli) -> None:
    strict = repository.git("rev-parse", "HEAD")
    (mail / "mailspec.yml").write_text(LOOSE)
    loose = repository.commit("attack")
    repository.git("replace", "-f", strict, loose)
    ran = cli("validate", "--base", strict, cwd=mail)
    assert ran.code == 5
    assert "policy-loosened" in ran.err


def test_a_missing_object_is_not_fetched_and_stops_the_run(
    mail: Path, repository: Any, tmp_path: Path, cli: Cli
) -> None:
    strict = repository.git("rev-parse", "HEAD")
    blob = repository.git("rev-parse", "HEAD:mail/mailspec.yml")
    (mail / "mailspec.yml").write_text(LOOSE)
    repository.commit("attack")
    (repository.folder / f".git/objects/{blob[:2]}/{blob[2:]}").unlink()
    for name, value in {
        "remote.evil.url": f"ext::sh -c touch% {tmp_path}/ran",
        "remote.evil.promisor": "true",
        "remote.evil.partialclonefilter": "blob:none",
        "extensions.partialClone": "evil",
        "protocol.ext.allow": "always",
    }.items():
        repository.git("config", name, value)
    ran = cli("validate", "--base", strict, cwd=mail)
    assert ran.code == 2, ran.out + ran.err
    assert "Git:" in ran.err
    assert not (tmp_path / "ran").exists()


def test_hooks_and_monitors_do_not_run(mail: Path, repository: Any, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    repository.git("config", "core.fsmonitor", str(program))
    repository.git("config", "core.pager", str(program))
    repository.git("config", "alias.rev-parse", f"!touch {tmp_path}/ran")
    resolve_revision(str(mail), "HEAD")
    git(str(mail), "ls-files")
    assert not (tmp_path / "ran").exists()


def test_the_environment_leads_to_no_other_repository(
    mail: Path, repository_at: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository_at(tmp_path / "other")
    other.commit("other", {"x": "y"})
    commit = resolve_revision(str(mail), "HEAD")
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    assert resolve_revision(str(mail), "HEAD") == commit


@pytest.mark.parametrize("revision", ["--output=x", "-p", "HEAD\0", "--upload-pack=touch ran"])
def test_a_revision_is_no_option(mail: Path, revision: str) -> None:
    with pytest.raises(GitError):
        resolve_revision(str(mail), revision)


def test_a_submodule_chooses_no_base(mail: Path, repository: Any, repository_at: Any, tmp_path: Path, cli: Cli) -> None:
    inner = repository_at(tmp_path / "inner")
    inner.commit("loose", {"mailspec.yml": LOOSE})
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.folder), "team")
    repository.commit("attack")
    ran = cli("validate", "--base", "HEAD", cwd=repository.folder / "team")
    assert ran.code == 2
    assert "is a submodule of" in ran.err


def revision(folder: Path) -> GitRevision:
    return GitRevision(str(folder), resolve_revision(str(folder), "HEAD"), "")


def shown(folder: Path) -> dict[str, bytes | str]:
    return {file.inside: file.raw if file.raw is not None else file.refusal for file in revision(folder).files()}


def test_links_in_the_project_are_followed_as_in_the_work_tree(mail: Path, repository: Any) -> None:
    (mail / "teams").mkdir()
    (mail / "teams/a.yml").write_text("a")
    (mail / "users").symlink_to("teams")
    (mail / "targets").mkdir()
    (mail / "targets/b.yml").symlink_to("../teams/./../users/a.yml")
    repository.commit("links")
    assert shown(mail) == {"mailspec.yml": STRICT.encode(), "users/a.yml": b"a", "targets/b.yml": b"a"}


@pytest.mark.parametrize("target", ["/etc/passwd", "../../x.yml", "../../../../x.yml", "x.yml"])
def test_a_link_that_leads_elsewhere_is_a_refusal(mail: Path, repository: Any, target: str) -> None:
    (mail / "users").mkdir()
    (mail / "users/x.yml").symlink_to(target)
    repository.commit("links")
    if target == "x.yml":
        assert "stands in" in str(shown(mail)["users/x.yml"])
    else:
        assert shown(mail)["users/x.yml"] == "it is a link that leads out of the project"


def test_a_submodule_among_the_files_is_a_refusal(
    mail: Path, repository: Any, repository_at: Any, tmp_path: Path, cli: Cli
) -> None:
    inner = repository_at(tmp_path / "inner")
    inner.commit("more", {"a.yml": "users: []\n"})
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.folder), "mail/users")
    repository.commit("submodule")
    assert "submodule" in str(shown(mail)["users"])
    ran = cli("validate", "--base", "HEAD", cwd=mail)
    assert ran.code == 5, ran.out + ran.err
    assert "policy-base" in ran.err
    assert "users is not read: it is a submodule" in cli("diff", "HEAD...HEAD~1", cwd=mail).out + (
        cli("diff", "HEAD~1...HEAD", cwd=mail).out
    )


def test_a_state_in_git_is_refused(mail: Path, repository: Any, cli: Cli) -> None:
    (mail / ".mailspec").mkdir()
    (mail / ".mailspec/state.sqlite").write_bytes(b"planted")
    repository.commit("attack")
    for command in ("plan", "status", "history"):
        ran = cli(command, cwd=mail)
        assert ran.code == 5, ran.err
        assert "Refused (state-tracked)" in ran.err


@pytest.mark.parametrize("end", ["-journal", "-wal", "-shm"])
def test_what_sqlite_keeps_beside_a_state_is_none_of_git_s(mail: Path, repository: Any, cli: Cli, end: str) -> None:
    """A rollback journal that lies there is put back into the file by whoever opens it."""
    assert cli("apply", "--auto-approve", "--no-test", cwd=mail).code in {0, 1}
    (mail / f".mailspec/state.sqlite{end}").parent.mkdir(exist_ok=True)
    (mail / f".mailspec/state.sqlite{end}").write_bytes(b"planted")
    repository.git("add", "-f", f"mail/.mailspec/state.sqlite{end}")
    ran = cli("plan", cwd=mail)
    assert ran.code == 5, ran.err
    assert "Refused (state-tracked)" in ran.err
    assert f"state.sqlite{end}" in ran.err


def test_a_state_behind_a_link_in_git_is_refused(mail: Path, repository: Any, tmp_path: Path, cli: Cli) -> None:
    (mail / ".mailspec").symlink_to(tmp_path)
    repository.commit("attack")
    (tmp_path / "state.sqlite").touch()
    ran = cli("plan", cwd=mail)
    assert ran.code == 5, ran.err
    assert "Refused (state-tracked)" in ran.err


def test_names_of_files_are_no_options(mail: Path, repository: Any, tmp_path: Path, cli: Cli) -> None:
    more = "configurations: [{name: Dash, state: inactive, host: mail.acme.example, from: d@acme.example}]\n"
    names = (f"--output={tmp_path}/written.yml", "-x.yml", "--upload-pack=touch ran.yml", ":(exclude)y.yml")
    for number, name in enumerate(names):
        repository.write({f"mail/configurations/{name.replace('/', '_')}": more.replace("Dash", f"Dash{number}")})
    repository.commit("dashes")
    text = cli("diff", "HEAD~1...HEAD", cwd=mail).out
    assert [f"Dash{number}" in text for number in range(4)] == [True] * 4
    assert not (tmp_path / "written.yml").exists()


def test_no_program_of_a_change_runs_where_no_limits_speak(
    mail: Path, repository: Any, tmp_path: Path, cli: Cli
) -> None:
    account = "auth: {username: hub@acme.example, password: {command: [touch, %s]}}" % (tmp_path / "ran")
    hub = (
        f"configurations: [{{name: Hub, host: 127.0.0.1, port: 9, security: tls, from: hub@acme.example, {account}}}]\n"
    )
    repository.commit("attack", {"mail/configurations/hub.yml": hub})
    for command in (("plan",), ("apply", "--auto-approve"), ("probe",), ("test", "--to", "x@acme.example")):
        ran = cli(*command, "--base", "HEAD~1", cwd=mail)
        assert (ran.code, "Refused (unasked-command)" in ran.err) == (5, True), ran.out + ran.err
    assert not (tmp_path / "ran").exists()
