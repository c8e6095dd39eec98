"""The shipped pipelines as their own linters and the real pre-commit read them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / "templates/github").glob("*.yml"))
EVERY = [*WORKFLOWS, ROOT / "action.yml", ROOT / "templates/gitlab/mailspec.gitlab-ci.yml"]


def read(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def steps(path: Path) -> Iterator[dict[str, Any]]:
    held = read(path)
    for job in held["jobs"].values() if "jobs" in held else [held["runs"]]:
        yield from job["steps"]


@pytest.mark.service("lint_tools")
def test_zizmor_finds_nothing(tmp_path: Path, zizmor: Any) -> None:
    (tmp_path / ".github/workflows").mkdir(parents=True)
    for path in WORKFLOWS:
        shutil.copy(path, tmp_path / ".github/workflows")
    shutil.copy(ROOT / "action.yml", tmp_path)
    assert zizmor(tmp_path) == ""


@pytest.mark.service("lint_tools")
def test_zizmor_would_find_something(tmp_path: Path, zizmor: Any) -> None:
    text = WORKFLOWS[0].read_text().replace("run: |\n", "run: |\n          echo ${{ github.head_ref }}\n", 1)
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/bad.yml").write_text(text)
    assert "template-injection" in zizmor(tmp_path)


@pytest.mark.service("lint_tools")
def test_actionlint_finds_nothing(tmp_path: Path, actionlint: Any) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text(WORKFLOWS[0].read_text().replace("steps:", "stepps:"))
    assert "stepps" in actionlint(bad)
    assert actionlint(*WORKFLOWS) == ""


@pytest.mark.service("lint_tools")
@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_shellcheck_finds_nothing(path: Path, tmp_path: Path, shellcheck: Any, scripts_of: Any) -> None:
    held = scripts_of(path)
    assert held
    for script in held:
        (tmp_path / "script").write_text(script)
        assert shellcheck(tmp_path / "script") == ""
    (tmp_path / "script").write_text("rm $1/*\n")
    assert "SC2086" in shellcheck(tmp_path / "script")


@pytest.mark.service("lint_tools")
def test_hadolint_finds_nothing(hadolint: Any) -> None:
    assert hadolint(ROOT / "Containerfile") == ""


@pytest.mark.parametrize("path", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda path: path.name)
def test_actions_are_pinned_and_no_expression_is_in_a_script(path: Path) -> None:
    for step in steps(path):
        assert "${{" not in step.get("run", "")
        assert "uses" not in step or re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_permissions_are_the_least(path: Path) -> None:
    held = read(path)
    assert held["permissions"] == {}
    for job in held["jobs"].values():
        writing = {name for name, level in job["permissions"].items() if level != "read"}
        assert writing == ({"pull-requests"} if path.name == "comment.yml" else set())


def test_the_pull_requests_job_gets_no_secret() -> None:
    text = (ROOT / "templates/github/pull-request.yml").read_text()
    assert "secrets." not in text
    assert "pull_request_target" not in text
    assert "persist-credentials: false" in text


def test_the_commenting_job_runs_nothing_of_the_pull_request() -> None:
    comment = ROOT / "templates/github/comment.yml"
    assert [step.get("uses", "").partition("@")[0] for step in steps(comment)] == ["actions/download-artifact", "", ""]
    assert "mailspec " not in "".join(step.get("run", "") for step in steps(comment)).replace("<!-- mailspec ", "")


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_only_documented_options_are_used(path: Path) -> None:
    from mailspec.cli.main import cli

    used = re.findall(r"mailspec\"? (validate|diff|plan|apply|drift)\b((?:[^\n]|\\\n)*)", path.read_text())
    assert used or path.name == "comment.yml"
    for command, rest in used:
        known = {option for parameter in cli.get_command(None, command).params for option in parameter.opts}  # type: ignore[arg-type]
        assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= known


@pytest.fixture
def hooked(tmp_path: Path, repository: Any) -> Any:
    """A project whose pre-commit has our hook; the hook's program is this checkout's."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
    for command in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=T", "-c", "user.email=t@acme.example", "commit", "-qm1"],
    ):
        subprocess.run(["git", *command], cwd=hooks, check=True)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=hooks, check=True, capture_output=True, text=True)
    # Only the way of installing differs from what people have: "system" instead of "python" asks no registry.
    config = (
        f"repos:\n  - repo: {hooks}\n    rev: {commit.stdout.strip()}\n"
        "    hooks: [{id: mailspec-validate, language: system, verbose: true}]\n"
    )
    good = "version: 1\nconfigurations:\n  - {name: A, state: active, host: mail.acme.example, from: a@acme.example}\n"
    repository.commit("start", {".pre-commit-config.yaml": config, "mailspec.yml": good})
    return repository


@pytest.mark.service("lint_tools")
def test_the_real_pre_commit_runs_the_hook(hooked: Any, tmp_path: Path, pre_commit: Path) -> None:
    def run() -> subprocess.CompletedProcess[str]:
        hooked.git("add", "-A")
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        return subprocess.run(
            [pre_commit, "run"],
            cwd=hooked.folder,
            env={"PATH": path, "HOME": str(tmp_path), "PRE_COMMIT_HOME": str(tmp_path / "cache"), "TERM": "dumb"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    main = hooked.folder / "mailspec.yml"
    main.write_text(main.read_text() + "# nothing\n")
    passed = run()
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout
    assert "no findings" not in passed.stdout, "silence on success"
    (hooked.folder / "users").mkdir()
    # The fault is in a file that was not touched last: the hook looks at the whole.
    (hooked.folder / "users/people.yml").write_text("users:\n  - {email: bob@acme.example, configuraton: A}\n")
    failed = run()
    assert failed.returncode == 1
    assert "MS004" in failed.stdout
    (hooked.folder / "users/people.yml").unlink()
    (hooked.folder / "README").write_text("x")
    hooked.git("add", "-A")
    hooked.git("commit", "-qm", "other")
    (hooked.folder / "README").write_text("y")
    assert "Skipped" in run().stdout
