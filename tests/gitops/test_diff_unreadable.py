"""Who is removed in a file that cannot be read is not known, and a reviewer is told so first."""

from __future__ import annotations

import json
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
