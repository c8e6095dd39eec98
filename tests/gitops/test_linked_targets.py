"""A change may bring links: what a target writes is led by none of them, whichever of its files it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mailspec_tests_attempts import hub

APPLY = ("apply", "--auto-approve", "--no-test", "--allow", "unproven=Hub")
TARGET = "targets:\n  - {{name: app, type: {type}, path: {path}}}\n"
LINKS = {
    "a folder": ("env_file, dialect: sh", "out/lk.sh"),
    "a link to a link": ("env_file, dialect: sh", "two/lk.sh"),
    "behind a detour": ("env_file, dialect: sh", "two/../file.sh"),
    "a file": ("env_file, dialect: sh", "file.sh"),
    "a file by a link from outside": ("env_file, dialect: sh", "../way/file.sh"),
    "a file by the system's folders": ("env_file, dialect: sh", "/proc/self/cwd/file.sh"),
    "a part of exim's": ("exim", "exim"),
    "a part of nullmailer's": ("nullmailer, configuration: Hub", "nullmailer"),
    "a part of postfix's": ("postfix", "mta"),
}


@pytest.mark.parametrize(("type_", "path"), LINKS.values(), ids=LINKS)
@pytest.mark.parametrize("word", ["", ", adopt: true"])
def test_no_link_of_the_repository_leads_to_what_a_target_writes(
    type_: str, path: str, word: str, push: Callable[..., Any], repository: Any, tmp_path: Path
) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    other = outside / "other.env"
    other.write_text("OTHER=1\n")
    for folder in ("exim", "nullmailer", "mta"):
        (repository.folder / folder).mkdir(parents=True)
    ends = {"out": outside, "two": "inner", "inner": outside, "file.sh": other, "exim/passwd.client": other}
    for name, end in {**ends, "nullmailer/helohost": other, "mta/main.cf": other}.items():
        (repository.folder / name).symlink_to(end)
    (tmp_path / "way").symlink_to(repository.folder)
    limits = tmp_path / "limits.yml"
    limits.write_text("version: 1\ntarget_paths: ['/**']\n")
    plain = hub()
    push(plain, "validate")
    repository.git("branch", "base")
    text = plain + TARGET.format(type=f"{type_}{word}", path=path)
    for command in (("validate",), ("plan",), APPLY):
        ran = push(text, *command, "--base", "base", "--limits", str(limits))
        assert (ran.code, "Refused (linked-target)" in ran.err) == (5, True), ran.out + ran.err
    assert "a link in the repository" in ran.err
    assert other.read_text() == "OTHER=1\n"
    assert [path.name for path in outside.iterdir()] == ["other.env"]


def test_a_link_outside_of_the_repository_is_the_machines(
    push: Callable[..., Any], repository: Any, tmp_path: Path
) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "way").symlink_to("kept")
    text = hub() + TARGET.format(type="env_file, dialect: sh", path="../way/app.env")
    ran = push(text, *APPLY)
    assert ran.code == 0, ran.out + ran.err
    assert (tmp_path / "kept/app.env").is_file()
    assert (tmp_path / "way").is_symlink()
