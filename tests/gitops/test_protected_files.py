"""A protected program is known by its file: a target of another name that writes it is the protected one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mailspec_tests_attempts import OTHER, hub

SECOND = OTHER.partition("configurations:\n")[2].replace("mail.acme.example", "other.acme.example")
APPLY = ("apply", "--auto-approve", "--no-test", "--allow", "unproven=Hub", "--allow", "unproven=Other")
START = hub("policy: {protected: [%s]}\n") + SECOND
TARGET = "targets:\n  - {{name: {name}, type: env_file, path: {path}{more}}}\n"


@pytest.mark.parametrize("protected", ["target:app", "app", "configuration:Hub"])
@pytest.mark.parametrize("path", ["../app.env", "x/../../app.env", "../link.env", "{folder}/app.env"])
@pytest.mark.parametrize("more", ["", ", adopt: true"])
@pytest.mark.parametrize("steps", [1, 2])
def test_another_name_protects_no_less(
    protected: str, path: str, more: str, steps: int, push: Callable[..., Any], repository: Any
) -> None:
    start = START % f'"{protected}"'
    ran = push(start + TARGET.format(name="app", path="../app.env", more=""), *APPLY)
    assert ran.code == 0, ran.out + ran.err
    (repository.folder.parent / "link.env").symlink_to("app.env")
    if steps == 2:
        assert push(start, *APPLY, "--base", "HEAD~1").code == 0
    there = path.format(folder=repository.folder.parent)
    repository.git("branch", "merged")
    other = start + TARGET.format(name="new", path=there, more=f"{more}, configuration: Other")
    ran = push(other, *APPLY, "--base", "merged")
    assert (ran.code, f"Refused (protected:{protected})" in ran.err) == (5, True), ran.out + ran.err
    assert "mail.acme.example" in (repository.folder.parent / "app.env").read_text()
    if more:
        ran = push(other, "plan", "--base", "merged", "--allow", f"protected:{protected}")
        assert ran.code == 0, ran.out + ran.err


def test_what_is_not_protected_is_the_same_target_by_another_name(push: Callable[..., Any], repository: Any) -> None:
    start = START % '"target:another"'
    assert push(start + TARGET.format(name="app", path="../app.env", more=""), *APPLY).code == 0
    renamed = start + TARGET.format(name="new", path="../app.env", more="")
    ran = push(renamed, "plan", "--base", "HEAD~1")
    assert (ran.code, "app -> new" in ran.out) == (0, True), ran.out + ran.err
    assert push(renamed, *APPLY, "--base", "HEAD~1").code == 0
    ran = push(renamed, "plan", "--base", "HEAD~1")
    assert (ran.code, "No changes" in ran.out) == (0, True), ran.out + ran.err
