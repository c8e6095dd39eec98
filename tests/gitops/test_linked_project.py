"""A project's folder that a change made a link leads to no other project of the runner, by whatever command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mailspec_tests_attempts import CANARY, hub

Cli = Callable[..., Any]
OTHER = hub().replace("id: acme", f"id: other, name: {CANARY}")
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("validate", "mail"),
    ("validate", "mail/mailspec.yml"),
    ("validate", "--project", "mail"),
    ("validate", "--project", "mail", "--base", "HEAD"),
    ("show", "--project", "mail"),
    ("plan", "--project", "mail"),
    ("plan", "--project", "./mail/.", "--base", "HEAD"),
    ("apply", "--project", "mail", "--auto-approve", "--no-test"),
    ("probe", "--project", "mail"),
    ("diff", "HEAD", "--project", "mail"),
    ("secret", "check", "--project", "mail"),
)


@pytest.fixture
def elsewhere(repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another project of the same runner, beside the checkout, in a repository of its own."""
    monkeypatch.setenv("MAILSPEC_STATE_URL", f"sqlite:///{tmp_path}/state.sqlite")
    folder = tmp_path / "elsewhere"
    (folder / ".git").mkdir(parents=True)
    (folder / "mailspec.yml").write_text(OTHER)
    repository.commit("start", {"mail/mailspec.yml": hub(), "drafts/mailspec.yml": hub()})
    return folder


def link(repository: Any, to: str) -> None:
    repository.git("mv", "mail", "was")
    (repository.folder / "mail").symlink_to(to)
    repository.commit("link")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_another_project_of_the_runner_is_not_read(
    command: tuple[str, ...], repository: Any, elsewhere: Path, cli: Cli
) -> None:
    link(repository, "../elsewhere")
    ran = cli(*command, cwd=repository.folder)
    assert (ran.code, "Refused (linked-project)" in ran.err) == (5, True), ran.out + ran.err
    assert "out of the checkout" in ran.err
    assert CANARY not in ran.out + ran.err


def test_a_folder_that_a_shell_entered_by_the_link_is_not_read(
    repository: Any, elsewhere: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    link(repository, "../elsewhere")
    monkeypatch.setenv("PWD", str(repository.folder / "mail"))
    ran = cli("plan", cwd=elsewhere)
    assert (ran.code, "Refused (linked-project)" in ran.err) == (5, True), ran.out + ran.err
    # Another folder's name, from whoever started the shell, says nothing.
    monkeypatch.setenv("PWD", str(repository.folder))
    assert cli("validate", cwd=elsewhere).code == 0


@pytest.mark.parametrize(
    ("to", "why"),
    [("ignored", "Git does not track it"), (".hidden", "that is hidden"), ("ignored/within", "Git does not track it")],
)
def test_a_link_leads_to_no_folder_that_the_repository_lacks(
    to: str, why: str, repository: Any, elsewhere: Path, cli: Cli
) -> None:
    repository.commit("ignore", {".gitignore": "ignored/\n.hidden/\n"})
    for folder in ("ignored", "ignored/within", ".hidden"):
        repository.write({f"{folder}/mailspec.yml": OTHER})
    link(repository, to)
    ran = cli("show", "--project", "mail", cwd=repository.folder)
    assert (ran.code, why in ran.err) == (5, True), ran.out + ran.err
    assert CANARY not in ran.out + ran.err


def test_links_that_lead_to_a_project_of_the_checkout_or_are_the_users_own_are_followed(
    repository: Any, elsewhere: Path, cli: Cli, tmp_path: Path
) -> None:
    link(repository, "drafts")
    (tmp_path / "mine").symlink_to("elsewhere")
    (tmp_path / "checkout").symlink_to(repository.folder)
    for named in ("mail", "../mine", str(tmp_path / "elsewhere"), str(tmp_path / "checkout/was"), "../checkout/drafts"):
        ran = cli("validate", "--project", named, named, cwd=repository.folder)
        assert ran.code == 0, named + ran.out + ran.err
