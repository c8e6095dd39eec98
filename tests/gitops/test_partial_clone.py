"""A clone that lacks objects of Git, as a partial one does: what it does not show is unknown, and no bug."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mailspec_tests_attempts import OTHER, hub
from mailspec_tests_sealed import sealed

ONE = sealed("one")
Cli = Callable[..., Any]
SPEC = hub().replace("{env: ACME_P}", "{age: hub.age}")


@pytest.fixture
def lose(repository: Any) -> Callable[[str, bool], None]:
    """``lose(object, damaged)``: the clone has it no more, or what it has cannot be read."""

    def take(name: str, damaged: bool) -> None:
        number = repository.git("rev-parse", name)
        path = repository.folder / ".git/objects" / number[:2] / number[2:]
        path.chmod(0o600)
        path.write_bytes(b"no object") if damaged else path.unlink()

    return take


@pytest.mark.parametrize("damaged", [False, True])
def test_a_secrets_file_that_git_cannot_show_may_hold_anything(
    damaged: bool, repository: Any, cli: Cli, lose: Callable[..., None]
) -> None:
    repository.commit("start", {"mailspec.yml": SPEC, "hub.age": ONE})
    lost = repository.git("rev-parse", "HEAD:hub.age")
    more = OTHER.partition("configurations:\n")[2]
    repository.commit("change", {"mailspec.yml": SPEC + more, "hub.age": sealed("two")})
    lose(lost, damaged)
    ran = cli("diff", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "hub.age cannot be compared: Git cannot show it: " in ran.out) == (0, True), ran.out + ran.err
    assert cli("validate", "--base", "HEAD~1", cwd=repository.folder).code == 0
    # A new file may be a copy of what cannot be seen.
    more = more.replace("mail.acme.example", "other.acme.example")
    change = SPEC + more.replace("{env: ACME_SMTP_PASSWORD}", "{age: copy.age}")
    repository.commit("copy", {"mailspec.yml": change, "copy.age": ONE})
    ran = cli("validate", "--base", "HEAD~2", cwd=repository.folder)
    assert (ran.code, "MS806" in ran.out) == (1, True), ran.out + ran.err


@pytest.mark.parametrize("damaged", [False, True])
def test_a_base_that_git_cannot_show_is_none(
    damaged: bool, repository: Any, cli: Cli, lose: Callable[..., None]
) -> None:
    repository.commit("start", {"mailspec.yml": SPEC, "hub.age": ONE})
    lost = repository.git("rev-parse", "HEAD:mailspec.yml")
    repository.commit("change", {"mailspec.yml": SPEC.replace("587", "465")})
    lose(lost, damaged)
    for command in (("validate", "--base", "HEAD~1"), ("diff", "HEAD~1")):
        ran = cli(*command, cwd=repository.folder)
        assert (ran.code, "Git: " in ran.err) == (2, True), ran.out + ran.err


def test_what_an_ancestor_lacks_is_left_out(repository: Any, cli: Cli, lose: Callable[..., None]) -> None:
    repository.commit("start", {"mailspec.yml": SPEC, "hub.age": ONE, "gone.txt": "gone\n"})
    lost = repository.git("rev-parse", "HEAD:gone.txt")
    repository.git("rm", "-q", "gone.txt")
    repository.commit("change", {"mailspec.yml": SPEC, "hub.age": sealed("two")})
    lose(lost, False)
    limits = repository.folder.parent / "limits.yml"
    limits.write_text("version: 1\nsecrets: ['age:hub.age']\n")
    ran = cli("validate", "--base", "HEAD", "--limits", str(limits), cwd=repository.folder)
    assert ran.code == 0, ran.out + ran.err


def test_a_history_that_git_cannot_read_stops(repository: Any, cli: Cli, lose: Callable[..., None]) -> None:
    repository.commit("start", {"mailspec.yml": SPEC, "gone.txt": "gone\n"})
    lost = repository.git("rev-parse", "HEAD^{tree}")
    repository.commit("change", {"mailspec.yml": SPEC, "hub.age": sealed("two")})
    lose(lost, True)
    limits = repository.folder.parent / "limits.yml"
    limits.write_text("version: 1\nsecrets: ['age:hub.age']\n")
    command = ("validate", "--base", "HEAD", "--limits", str(limits))
    # What the base uses as it is is no copy, whatever was before it.
    ran = cli(*command, cwd=repository.folder)
    assert ran.code == 0, ran.out + ran.err
    repository.write({"hub.age": sealed("three")})
    ran = cli(*command, cwd=repository.folder)
    assert (ran.code, "cannot be told: Git: " in ran.err) == (5, True), ran.out + ran.err
