"""No target writes the Spec, the limits or the state, whatever the limits allow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SPEC = """\
version: 1
instance: {{name: Acme}}
include: ["teams/*.yml"]
configurations:
  - {{name: Main, state: active, host: mail.acme.example, port: 587, security: starttls, from: hub@acme.example}}
targets:
  - {{name: app, type: env_file, path: "{path}", dialect: sh}}
"""
LIMITS = "version: 1\ntarget_paths: ['/**']\n"


@pytest.fixture
def plan(cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    project = tmp_path / "project"
    for name in ("users/a", "targets", "teams", "state"):
        (project / name).mkdir(parents=True)
    (project / "teams/a.yml").write_text("users: [{email: ann@acme.example}]\n")
    (project / "shortcut").symlink_to("users")
    (project / "link.env").symlink_to("targets/.app.env.mailspec-journal")
    monkeypatch.setenv("XDG_STATE_HOME", f"{tmp_path}/home")
    (tmp_path / "limits.yml").write_text(LIMITS)
    (tmp_path / "rules").symlink_to("limits.yml")

    def go(path: str, *words: str, limits: bool = True) -> Any:
        (project / "mailspec.yml").write_text(SPEC.format(path=path.replace("~", str(tmp_path))))
        given = ("--limits", str(tmp_path / "limits.yml")) if limits else ()
        return cli("plan", *given, *words, cwd=project)

    return go


OWN = {
    "mailspec.yml": "it would be a file of the Spec",
    "users/x.yml": "it would be a file of the Spec",
    "environments/production.yml": "it would be a file of the Spec",
    "shortcut/x.yml": "it would be a file of the Spec",
    "./state/../users/x.yml": "it would be a file of the Spec",
    "teams/a.yml": "a file of the Spec",
    "~/limits.yml": "the file of this run's limits",
    "~/rules": "the file of this run's limits",
    ".mailspec/x.env": "state and secrets",
    "state/own.sqlite": "mailspec's state",
    "state/own-queue.sqlite": "mailspec's state",
    "state/own-queue.sqlite-wal": "mailspec's state",
    "state/own-queue.sqlite-workers/x": "mailspec's state",
    "STATE/Own.sqlite": "mailspec's state",
    "Mailspec.yml": "it would be a file of the Spec",
    "Users/x.YML": "it would be a file of the Spec",
    "Teams/a.yml": "a file of the Spec",
    ".MailSpec/x.env": "state and secrets",
    "~/home/mailspec/targets/0123.json": "mailspec's journals",
    "~/home/mailspec/signin/x": "stored sign-ins",
    "link.env": "a name of mailspec's own",
    "state/own.sqlite-journal": "mailspec's state",
}


@pytest.mark.parametrize("path", OWN)
def test_what_decides_about_targets_is_none_though_limits_allow_all(path: str, plan: Callable[..., Any]) -> None:
    ran = plan(path, "--state", "sqlite:///state/own.sqlite")
    assert (ran.code, "own-file" in ran.err, OWN[path] in ran.err) == (5, True, True), ran.out + ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    "path",
    [
        "app.env",
        "mailspec-new.env",
        ".env.mailspec",
        "users.env",
        "users/a/x.env",
        "targets/app.env",
        "teams/app.env",
        "state/app.env",
        "state/own-queue.env",
        "~/limits.env",
    ],
)
def test_other_files_of_a_project_are_targets(path: str, plan: Callable[..., Any]) -> None:
    assert plan(path, "--state", "sqlite:///state/own.sqlite").code == 0
    assert plan(path, limits=False).code == 0


def test_the_state_of_the_environment_s_variable_is_none(
    plan: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MAILSPEC_STATE_URL", f"sqlite:///{tmp_path}/state.sqlite")
    ran = plan("~/state.sqlite")
    assert (ran.code, "mailspec's state" in ran.err) == (5, True)
