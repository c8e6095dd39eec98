"""A file that no target names any more, in the base or in what is applied, is still read by its program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mailspec_tests_attempts import hub

APPLY = ("apply", "--auto-approve", "--no-test", "--allow", "unproven=Hub")
TARGET = "targets:\n  - {name: app, path: app.env, type: env_file, dialect: sh}\n"
NEW = "  - {name: new, path: app.env, type: env_file, dialect: docker, adopt: true}\n"


@pytest.fixture
def change(repository: Any, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: [list])

    def run(text: str, *command: str) -> Any:
        files = {"mailspec.yml": hub() + text, ".gitignore": ".mailspec/\n*.env\n"}
        repository.commit("change", files)
        return cli(*command, cwd=repository.folder, env={"ACME_P": "c4nary-1x"})

    return run


@pytest.mark.parametrize("base", ["merged", "@applied"])
@pytest.mark.parametrize(
    "left",
    [
        [TARGET.replace("app.env", "other.env")],
        [TARGET.replace("app.env", "other.env"), TARGET.replace("app.env", "third.env"), "x-note: 1\n"],
    ],
    ids=["moved", "moved, moved and taken out"],
)
def test_it_is_written_for_its_reader_alone(
    base: str, left: list[str], change: Callable[..., Any], repository: Any
) -> None:
    assert change(TARGET, *APPLY).code == 0
    for text in left:
        assert change(text, *APPLY, "--base", "HEAD~1").code == 0
    repository.git("branch", "merged")
    before = (repository.folder / "app.env").read_bytes()
    rest = left[-1] if left[-1].startswith("targets") else "targets:\n"
    for command in (("plan",), APPLY):
        ran = change(rest + NEW, *command, "--base", base)
        assert (ran.code, "(target-reader)" in ran.err) == (5, True), ran.out + ran.err
    assert "dialect sh -> docker" in ran.err
    assert (repository.folder / "app.env").read_bytes() == before
    assert change(rest + NEW.replace("docker", "sh"), "plan", "--base", base).code == 0
    assert change(rest + NEW, *APPLY, "--base", base, "--allow", "policy-change").code == 0


SEVERAL = (
    "targets:\n  - {name: s, path: apps/s.env, type: env_file, dialect: sh}\n"
    "  - {name: d, path: apps/d.env, type: env_file, dialect: docker}\n"
    "  - {name: n, path: apps/n, type: nullmailer}\n"
)
FOLDER = "  - {name: f, path: apps, type: env_file, dialect: docker}\n"


@pytest.mark.parametrize("new", [FOLDER, "  - {name: f, path: apps, type: nullmailer}\n"])
def test_a_folder_of_several_readers_is_written_for_none_of_them(
    new: str, change: Callable[..., Any], repository: Any
) -> None:
    change(SEVERAL, "validate")
    repository.git("branch", "base")
    ran = change(SEVERAL + new, "validate", "--base", "base")
    assert (ran.code, "(target-reader)" in ran.err) == (5, True), ran.out + ran.err
    change(SEVERAL + FOLDER, "validate")
    repository.git("branch", "merged")
    ran = change(SEVERAL.replace("dialect: sh", "dialect: docker") + FOLDER, "validate", "--base", "merged")
    assert (ran.code, "dialect sh -> docker" in ran.err) == (5, True), ran.out + ran.err
    assert "target-reader" not in change(SEVERAL + FOLDER + "x-note: 1\n", "validate", "--base", "merged").err
