"""A change cannot have a file read that lies beside it on a runner and that its repository does not hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mailspec_tests_attempts import hub

Cli = Callable[..., Any]
CANARY = "s3cret-Canary-81"
# Another job's settings: valid enough to be quoted.
PRIVATE = f"users:\n  - email: {CANARY}\n    mode: {CANARY}\n"
INCLUDE = hub() + "include: [private/settings.yml]\n"


@pytest.mark.parametrize("ignore", ["private/\n", ""], ids=["ignored", "no longer ignored by the change"])
@pytest.mark.parametrize("form", ["text", "json", "sarif", "html", "github"])
def test_an_included_file_that_git_does_not_hold_is_not_quoted(
    ignore: str, form: str, repository: Any, cli: Cli
) -> None:
    repository.commit("start", {"mailspec.yml": hub(), ".gitignore": "private/\n"})
    repository.commit("include", {"mailspec.yml": INCLUDE, ".gitignore": ignore})
    repository.write({"private/settings.yml": PRIVATE})
    ran = cli("validate", "--base", "HEAD~1", "--format", form, cwd=repository.folder)
    assert ran.code == 1
    assert CANARY not in ran.out + ran.err
    assert "Git does not track it" in ran.out


@pytest.mark.parametrize("way", ["include", "link"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_file_that_was_added_by_force_is_not_read_where_another_one_took_its_place(
    form: str, way: str, repository: Any, cli: Cli
) -> None:
    people = "users:\n  - {email: alice@acme.example, mode: outlook}\n"
    repository.commit("start", {"mailspec.yml": hub(), ".gitignore": "private/\n"})
    repository.write({"private/settings.yml": people, "private/more.yml": people})
    repository.git("add", "--force", "private")
    if way == "link":
        (repository.folder / "users").mkdir()
        (repository.folder / "users/x.yml").symlink_to("../private/settings.yml")
    repository.commit("by force", {"mailspec.yml": INCLUDE if way == "include" else hub()})
    assert "alice@acme.example" in cli("show", cwd=repository.folder).out
    repository.write({"private/settings.yml": PRIVATE})
    ran = cli("validate", "--base", "HEAD~1", "--format", form, cwd=repository.folder)
    assert (ran.code, CANARY in ran.out + ran.err) == (1, False), ran.out
    assert "it is not what Git has of it" in ran.out


def test_a_file_that_is_being_edited_is_read(repository: Any, cli: Cli) -> None:
    people = "users:\n  - {email: alice@acme.example, mode: outlook}\n"
    repository.commit("start", {"mailspec.yml": INCLUDE, ".gitignore": "secrets/\n", "private/settings.yml": people})
    repository.write({"private/settings.yml": people.replace("alice", "ben")})
    assert "ben@acme.example" in cli("show", cwd=repository.folder).out


@pytest.mark.parametrize("link", ["file", "folder"])
def test_what_a_link_leads_to_is_not_quoted_unless_git_holds_it(link: str, repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": hub(), ".gitignore": "private/\n"})
    (repository.folder / "users").mkdir()
    name, meant = ("users/more.yml", "../private/settings.yml") if link == "file" else ("users/more", "../private")
    (repository.folder / name).symlink_to(meant)
    repository.commit("link")
    repository.write({"private/settings.yml": PRIVATE})
    ran = cli("validate", cwd=repository.folder)
    assert ran.code == 1, ran.out
    assert CANARY not in ran.out + ran.err
    assert "Git does not track it" in ran.out


def test_a_file_of_a_repository_within_the_repository_is_not_read(
    repository: Any, repository_at: Any, cli: Cli
) -> None:
    repository.commit("start", {"mailspec.yml": INCLUDE, ".gitignore": "private/\n"})
    repository_at(repository.folder / "private").commit("other", {"settings.yml": PRIVATE})
    ran = cli("validate", cwd=repository.folder)
    assert (ran.code, CANARY in ran.out) == (1, False), ran.out


def test_files_that_git_holds_are_read_by_include_and_through_links(repository: Any, cli: Cli) -> None:
    people = "users:\n  - {email: alice@acme.example, mode: outlook}\n"
    repository.write({"mailspec.yml": hub() + "include: [more/*.yml]\n", "more/a.yml": people})
    (repository.folder / "users").symlink_to("linked")
    repository.commit("all", {"linked/b.yml": people.replace("alice", "ben")})
    ran = cli("show", cwd=repository.folder)
    assert (ran.code, "alice@acme.example" in ran.out, "ben@acme.example" in ran.out) == (0, True, True), ran.out


def test_outside_git_every_file_is_read(tmp_path: Any, cli: Cli) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "mailspec.yml").write_text(INCLUDE)
    (tmp_path / "private/settings.yml").write_text("users:\n  - {email: alice@acme.example, mode: outlook}\n")
    assert "alice@acme.example" in cli("show", cwd=tmp_path).out


@pytest.mark.parametrize("link", ["file", "folder"])
def test_diff_does_not_take_a_link_to_what_git_does_not_hold_for_no_change(
    link: str, repository: Any, cli: Cli
) -> None:
    repository.commit("start", {"mailspec.yml": hub()})
    name, meant = ("users/x.yml", "../.git/lfs/x.yml") if link == "file" else ("users/x", "../.git/lfs")
    repository.write({"users/keep.yml": "users: []\n"})
    (repository.folder / name).symlink_to(meant)
    repository.commit("link")
    repository.write({".git/lfs/x.yml": "users:\n  - {email: alice@acme.example, mode: outlook}\n"})
    ran = cli("diff", "HEAD~1...HEAD", cwd=repository.folder)
    assert (ran.code, "it is a link to what this revision does not hold" in ran.out) == (1, True), ran.out + ran.err
    checked = cli("validate", "--fix", "--unsafe", cwd=repository.folder)
    assert (checked.code, "alice" in checked.out + checked.err) == (1, False)
