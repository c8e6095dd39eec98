"""A file that a command is given, which the change made a link: nothing from elsewhere is shown, written or sent."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mailspec_tests_attempts import hub

from mailspec.source.named import led_away

Cli = Callable[..., Any]
CANARY = "email,name,token\nc4nary@acme.example,c4nary,c4nary\n"
TYPES = "email_types: [{name: hello, template: hello.j2, subject: Hi}]\n"
FILES: dict[str, str | None] = {
    "mailspec.yml": hub("policy: {allowed_recipients: ['*@acme.example']}\n") + TYPES,
    "hello.j2": "Dear {{ token }}\n",
    ".gitignore": ".env\n.mailspec/\n",
}
COMMANDS = {
    "a table": ["import", "given.csv"],
    "a table that is written": ["import", "given.csv", "--write"],
    "recipients": ["send", "--csv", "given.csv", "--type", "hello"],
    "a body": ["send", "a@acme.example", "--body", "given.csv", "--subject", "x"],
    "a whole message": ["send", "a@acme.example", "--message", "given.csv"],
    "sample data": ["preview", "hello", "--sample", "given.csv"],
    "a bounce": ["diagnose", "--file", "given.csv"],
    "a baseline": ["validate", "--baseline", "given.csv"],
    "a plan": ["apply", "given.csv"],
}
# What the link says, by what is told of it; "{home}" is the folder around the checkout.
LINKS = {
    "a secret outside": ("{home}/canary", "out of the checkout"),
    "a secret above": ("../canary", "out of the checkout"),
    "the environment": ("/proc/self/environ", "out of the checkout"),
    "an ignored file": (".env", "hidden"),
    "an ignored file by another name": ("private.txt", "does not track"),
    "Git's own": (".git/config", "hidden"),
    "a file that the runner replaced": ("forced.txt", "not what Git has"),
    "a folder that is a link": (">folder/canary", "out of the checkout"),
    "another checkout": (">folder/other/canary", "out of the checkout"),
    "a link to a link": (">second", "out of the checkout"),
}


def change(repository: Any, home: Path, to: str) -> None:
    """Make ``given.csv`` a link, or (``>PATH``) a link by way of a path that is one."""
    folder = repository.folder
    (home / "canary").write_text(CANARY)
    (home / "other" / ".git").mkdir(parents=True)
    (home / "other" / "canary").write_text(CANARY)
    repository.commit("start", {**FILES, "forced.txt": "x\n"})
    for name in (".env", "private.txt", "forced.txt"):
        (folder / name).write_text(CANARY)
    (folder / "folder").symlink_to(home)
    (folder / "second").symlink_to("folder/canary")
    (folder / "given.csv").symlink_to(to.removeprefix(">").replace("{home}", str(home)))


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_file_that_is_a_link_out_of_the_checkout_is_read_by_no_command(
    command: list[str], repository: Any, cli: Cli, tmp_path: Path
) -> None:
    change(repository, tmp_path, "../canary")
    ran = cli(*command, cwd=repository.folder)
    assert ran.code != 0
    assert "c4nary" not in ran.out + ran.err
    assert "given.csv" in ran.out + ran.err
    assert "name that file itself" in ran.out + ran.err, ran.out + ran.err
    assert not (repository.folder / "users").exists()


@pytest.mark.parametrize("name", LINKS)
def test_a_link_leads_to_nothing_that_the_repository_lacks(
    name: str, repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to, told = LINKS[name]
    change(repository, tmp_path, to)
    monkeypatch.chdir(repository.folder)
    assert told in led_away("given.csv")
    # By the link's own path, and by one from elsewhere.
    (tmp_path / "mine").symlink_to(repository.folder / "given.csv")
    assert told in led_away(str(tmp_path / "mine"))
    if to.startswith(">"):
        assert "out of the checkout" in led_away(to[1:])


def test_a_file_that_a_user_names_is_read_wherever_it_lies(repository: Any, cli: Cli, tmp_path: Path) -> None:
    people = "email,name\nann@acme.example,Ann\n"
    repository.commit("start", {**FILES, "tracked.csv": people})
    (repository.folder / "new.csv").write_text(people)
    (tmp_path / "outside.csv").write_text(people)
    (tmp_path / "link.csv").symlink_to("outside.csv")
    (repository.folder / "given.csv").symlink_to("tracked.csv")
    for named in ("new.csv", "../outside.csv", "../link.csv", "given.csv", os.fspath(tmp_path / "link.csv")):
        ran = cli("import", named, cwd=repository.folder)
        assert ran.code == 0, ran.err
        assert "ann@acme.example" in ran.out
