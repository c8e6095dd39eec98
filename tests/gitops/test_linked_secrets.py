"""A link of a change makes one secret of two: each of its names must be allowed to go there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.workflow.checks.places import web_place

Cli = Callable[..., Any]
LINKED = """\
  - {name: %s, state: inactive, host: %s, port: 587, security: starttls, from: hub@acme.example,
     auth: {username: hub@acme.example, password: {age: '%s'}}}
"""


@pytest.mark.parametrize("where", ["file", "folder", "runner"])
def test_a_file_that_becomes_a_link_is_the_secret_that_it_leads_to(
    where: str, repository: Any, cli_process: Cli, tmp_path: Path
) -> None:
    (tmp_path / "x.age").write_bytes(b"x")
    head = "version: 1\ninstance: {id: acme}\nconfigurations:\n"
    other = str(tmp_path / "x.age") if where == "runner" else "x.age"
    mine = "own/a.age" if where == "folder" else "a.age"
    start = head + LINKED % ("Mine", "mail.acme.example", mine) + LINKED % ("Other", "other.acme.example", other)
    for name in (mine, "x.age", "theirs/a.age"):
        (repository.folder / name).parent.mkdir(exist_ok=True)
        (repository.folder / name).write_text(f"of {name}\n")
    if where == "folder":
        start = start.replace("'x.age'", "theirs/a.age")
    repository.commit("start", {"mailspec.yml": start})
    assert "MS806" not in cli_process("validate", "--base", "HEAD", cwd=repository.folder).out
    (repository.folder / mine).unlink()
    if where == "folder":
        (repository.folder / "own").rmdir()
        (repository.folder / "own").symlink_to("theirs")
    else:
        (repository.folder / mine).symlink_to(other)
    repository.commit("change", {"mailspec.yml": start + "x-note: 1\n"})
    ran = cli_process("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert "would go to mail.acme.example; before this change it goes to other.acme.example alone" in ran.out, ran.out


@pytest.mark.parametrize("way", ["folder", "file"])
def test_a_link_to_what_a_pattern_stands_for_is_told(way: str, repository: Any, cli_process: Cli) -> None:
    """The pattern has nobody of that name: only by the pattern is it known."""
    account = "{host: mail.acme.example, password: {age: 'people/{email}'}}"
    people = f"users:\n  - {{email: al@acme.example, mode: smtp, account: {account}}}\n"
    head = "version: 1\ninstance: {id: acme}\nconfigurations:\n"
    start = head + LINKED % ("Mine", "other.acme.example", "own/bo@acme.example") + people
    for name in ("own/bo@acme.example", "people/bo@acme.example", "people/al@acme.example"):
        (repository.folder / name).parent.mkdir(exist_ok=True)
        (repository.folder / name).write_text(f"of {name}\n")
    repository.commit("start", {"mailspec.yml": start})
    assert "MS806" not in cli_process("validate", "--base", "HEAD", cwd=repository.folder).out
    (repository.folder / "own/bo@acme.example").unlink()
    if way == "folder":
        (repository.folder / "own").rmdir()
        (repository.folder / "own").symlink_to("people")
    else:
        (repository.folder / "own/bo@acme.example").symlink_to("../people/bo@acme.example")
    repository.commit("change", {})
    ran = cli_process("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert "would go to other.acme.example; before this change it goes to mail.acme.example alone" in ran.out, ran.out


@pytest.mark.parametrize("path", ["zabbix/../evil", "evil/../zabbix", "./zabbix", "/zabbix"])
def test_a_detour_in_an_address_is_another_place(path: str) -> None:
    assert web_place(f"https://it.acme.example/{path}") != web_place("https://it.acme.example/zabbix")
