"""A secret that one change drops and a later one takes goes where an apply has sent it, and to no other server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mailspec_tests_attempts import OTHER, hub

APPLY = ("apply", "--auto-approve", "--no-test", "--allow", "unproven=Hub", "--allow", "unproven=Other")
SECOND = OTHER.partition("configurations:\n")[2].replace("mail.acme.example", "other.acme.example")


@pytest.fixture
def change(repository: Any, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: [list])
    env = dict.fromkeys(("ACME_P", "ACME_SMTP_PASSWORD", "NEW"), "c4nary-1x")

    def run(text: str, *command: str) -> Any:
        repository.commit("change", {"mailspec.yml": text, ".gitignore": ".mailspec/\n"})
        return cli(*command, cwd=repository.folder, env=env)

    return run


@pytest.mark.parametrize("base", ["merged", "@applied"])
@pytest.mark.parametrize("more", [0, 1])
def test_it_is_given_to_no_other_server(base: str, more: int, change: Callable[..., Any], repository: Any) -> None:
    start = hub() + SECOND
    assert change(start, *APPLY).code == 0
    dropped = start.replace("{env: ACME_P}", "{env: NEW}")
    assert change(dropped, *APPLY, "--base", "HEAD~1").code == 0
    for number in range(more):
        dropped = dropped.replace("name: Hub\n", f"name: Hub\n    ehlo_name: h{number}.acme.example\n", 1)
        assert change(dropped, *APPLY, "--base", "HEAD~1").code == 0
    repository.git("branch", "merged")
    taken = dropped.replace("{env: ACME_SMTP_PASSWORD}", "{env: ACME_P}")
    for command in (("plan",), APPLY):
        ran = change(taken, *command, "--base", base)
        assert (ran.code, "Refused (secret-moved)" in ran.err) == (5, True), ran.out + ran.err
    assert "would go to other.acme.example; earlier it went to mail.acme.example alone" in ran.err
    # Where it was before it may go again, and so may one that nobody has sent anywhere.
    assert change(dropped.replace("{env: NEW}", "{env: ACME_P}"), "plan", "--base", base).code == 0
    assert change(dropped.replace("{env: ACME_SMTP_PASSWORD}", "{env: NEWER}"), "plan", "--base", base).code == 0
    allowed = change(taken, *APPLY, "--base", base, "--allow", "secret-move=env:ACME_P")
    assert allowed.code == 0, allowed.out + allowed.err
