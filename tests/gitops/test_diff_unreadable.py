"""Who is removed in a file that cannot be read is not known, and a reviewer is told so first."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

PEOPLE = "users:\n  - {email: alice@acme.example}\n  - {email: yusuf@acme.example}\n"
SPEC = "version: 1\ninstance: {name: Acme}\ngeneral: {users: {mode: outlook}}\n"


@pytest.mark.parametrize(
    ("people", "sections"),
    [
        ("users:\n  - {email: alice@acme.example}\n  - {email: [}\n", "the files"),
        ("users:\n  - {email: alice@acme.example}\n  - {email: 7}\n", "users"),
        ("users: nobody\n", "users"),
    ],
)
def test_a_person_removed_beside_an_error_is_not_taken_for_nobody(
    repository: Any, cli: Callable[..., Any], people: str, sections: str
) -> None:
    repository.commit("start", {"mailspec.yml": SPEC, "users/people.yml": PEOPLE})
    repository.commit("remove", {"users/people.yml": people})
    ran = cli("diff", "HEAD~1", cwd=repository.folder)
    sentence = f"! what is removed or switched off in {sections} is not known, because not all of it can be read"
    assert ran.out.splitlines()[0] == sentence, ran.out + ran.err
    assert "destructive" in ran.out.splitlines()[-1]
    data = json.loads(cli("diff", "HEAD~1", "--format", "json", cwd=repository.folder).out)
    assert data["effects"][0]["kind"] == "unreadable"
    for name in ("markdown", "html"):
        assert "is not known" in cli("diff", "HEAD~1", "--format", name, cwd=repository.folder).out


def test_a_person_removed_without_an_error_is_reported_as_before(repository: Any, cli: Callable[..., Any]) -> None:
    repository.commit("start", {"mailspec.yml": SPEC, "users/people.yml": PEOPLE})
    repository.commit("remove", {"users/people.yml": "users:\n  - {email: alice@acme.example}\n"})
    output = cli("diff", "HEAD~1", cwd=repository.folder).out
    assert output.startswith("! yusuf@acme.example: no longer declared")
    assert "not known" not in output


def test_environments_that_are_too_many_to_be_read_are_not_shown_as_gone(
    repository: Any, cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["mailspec.load"], "MOST_IN_ENVIRONMENTS", 3)
    people = "users: [{email: a@acme.example, mode: outlook}, {email: b@acme.example, mode: outlook}]\n"
    spec = f"version: 1\ninstance: {{id: acme}}\n{people}environments:\n  one: {{kind: test}}\n"
    repository.commit("one", {"mailspec.yml": spec})
    repository.commit("two", {"mailspec.yml": spec + "  two: {kind: test}\n"})
    ran = cli("diff", "HEAD~1...HEAD", cwd=repository.folder)
    assert (ran.code, "MS001" in ran.out, "no longer declared" in ran.out) == (1, True, False), ran.out
