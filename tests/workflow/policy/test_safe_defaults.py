"""Without a limits file no target is a file that starts programs or opens doors (attack 9)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.plan.desired import TargetDesired
from mailspec.workflow.policy import safe_defaults
from mailspec.workflow.policy.safe_defaults import unasked_target

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA mallory"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    (folder / ".ssh").mkdir(parents=True)
    monkeypatch.setattr(safe_defaults, "_homes", lambda: (str(folder),))
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def refused(path: Path | str, root: Path, type_: str = "env_file", **options: Any) -> str | None:
    refusal = unasked_target(TargetDesired("app", type_, str(path), {}, options), str(root))
    assert refusal is None or (refusal.rule, refusal.exit) == ("unasked-target", 5)
    return None if refusal is None else refusal.message


@pytest.mark.parametrize(
    "path",
    [".ssh/authorized_keys", ".ssh/config", ".bashrc", ".config/systemd/user/x.service", ".local/bin/x", ".gitconfig"],
)
def test_files_of_a_home_that_open_doors(path: str, home: Path, project: Path) -> None:
    assert "no limits say that this may be written" in (refused(home / path, project) or "")
    assert refused(f"../home/{path}", project) is not None


def test_links_are_followed(home: Path, project: Path) -> None:
    (project / "app.env").symlink_to(home / ".ssh/authorized_keys")
    (project / "keys").symlink_to(home / ".ssh")
    assert refused("app.env", project) is not None
    assert refused("keys/authorized_keys", project) is not None


def test_what_is_executable_or_would_be(project: Path) -> None:
    script = project / "start"
    script.write_text("#!/bin/sh\n")
    assert refused("start", project) is None
    script.chmod(0o755)
    assert "it is executable" in (refused("start", project) or "")
    assert "makes a program" in (refused("new", project, mode="0744") or "")
    assert refused("new", project, mode="0640") is None


def test_a_type_may_write_what_is_its_own(home: Path, project: Path) -> None:
    assert refused(home / ".gitconfig", project, "git_send_email") is None
    assert refused(home / ".ssh/config", project, "git_send_email") is not None
    assert refused("/etc/postfix", project, "postfix") is None


@pytest.mark.parametrize("name", ["config", "hooks/smtp.env", "refs/heads/main", "objects/info/alternates", "mail.env"])
def test_a_repository_without_a_work_tree_is_known_by_what_it_holds(name: str, project: Path, tmp_path: Path) -> None:
    bare = tmp_path / "srv/acme"
    for folder in ("objects/info", "refs/heads", "hooks"):
        (bare / folder).mkdir(parents=True)
    assert refused(bare / name, project) is None
    (bare / "HEAD").write_text("ref: refs/heads/main\n")
    assert "is a Git repository" in (refused(bare / name, project) or "")
    (project / "link").symlink_to(bare)
    assert refused(f"link/{name}", project) is not None


def test_a_proposed_template_writes_nowhere_unasked(project: Path) -> None:
    target = TargetDesired("app", "export", "/srv/acme/mail.conf", {"text": "x"}, {"template": "mail.j2"})
    assert unasked_target(target, str(project)) is None
    refusal = unasked_target(target, str(project), proposed=True)
    assert refusal is not None
    assert "can write any text" in refusal.message


def test_ordinary_files_are_targets(home: Path, project: Path) -> None:
    for path in ("app.env", "/etc/acme/smtp.env", "/etc/default/acme", "/srv/acme/.env", home / "acme/smtp.env"):
        assert refused(path, project) is None, path


SPEC = """\
version: 1
instance: {{id: acme}}
configurations:
  - {{name: Main, state: active, host: 127.0.0.1, port: 1, security: none, from: hub@acme.example,
     auth: {{username: hub@acme.example, password: {{file: secret}}}}}}
targets:
  - {{name: app, type: env_file, path: {path}, dialect: sh}}
"""


@pytest.fixture
def run(cli: Callable[..., Any], project: Path) -> Callable[..., Any]:
    (project / "secret").write_text("s3cret\n")
    (project / "secret").chmod(0o600)

    def go(*words: str, path: Path) -> Any:
        (project / "mailspec.yml").write_text(SPEC.format(path=path))
        return cli(*words, cwd=project)

    return go


def test_a_plan_is_refused_unless_the_runners_limits_name_the_file(
    run: Callable[..., Any], home: Path, tmp_path: Path
) -> None:
    path = home / ".ssh/authorized_keys"
    ran = run("plan", path=path)
    assert (ran.code, ran.out) == (5, "")
    assert "unasked-target" in ran.err
    limits = tmp_path / "limits.yml"
    limits.write_text("version: 1\nsecrets: [file:*]\n")
    # A word that is missing limits nothing, and the default holds.
    assert run("plan", "--limits", str(limits), path=path).code == 5
    limits.write_text(f"version: 1\ntarget_paths: ['{home}/.ssh/*']\n")
    assert run("plan", "--limits", str(limits), path=path).code == 0


@pytest.mark.parametrize("mark", ["\n", "\r", "\x1b", "\x85", "\u2028"])
def test_validate_says_that_a_secret_has_two_lines(
    mark: str, run: Callable[..., Any], project: Path, tmp_path: Path
) -> None:
    (project / "secret").write_text(f"x{mark}{KEY}{mark}y\n", newline="")
    findings = run("validate", "--with-secrets", "--format", "json", path=tmp_path / "smtp.env").json["findings"]
    (found,) = [entry for entry in findings if entry["code"] == "MS306"]
    assert "control character in it" in found["message"]
    assert KEY not in found["message"]
