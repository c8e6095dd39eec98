"""MS806 looks at absent configurations, too: a later change that brings one back changes nothing but its state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mailspec_tests_attempts import OTHER, hub

Cli = Callable[..., Any]
SECOND = OTHER.partition("configurations:\n")[2]
GONE = SECOND.replace("state: inactive", "state: absent")
ENVIRONMENT = """\
environments:
  staging:
    kind: test
    configurations: [{name: Other, state: absent, host: evil.example}]
"""


@pytest.mark.parametrize(
    "change",
    [
        hub() + GONE.replace("mail.acme.example", "evil.example"),
        hub() + GONE.replace("{env: ACME_SMTP_PASSWORD}", "{env: ACME_P}").replace("mail.acme.example", "evil.example"),
        hub() + SECOND + ENVIRONMENT,
        hub() + SECOND + GONE.replace("Other", "New").replace("mail.acme.example", "evil.example"),
    ],
    ids=["its own", "another's", "in an environment", "a new one"],
)
def test_where_it_would_send_a_secret_is_looked_at(change: str, repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": hub() + SECOND})
    repository.commit("absent", {"mailspec.yml": change})
    out = cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    assert ("MS806" in out, "would go to evil.example" in out) == (True, True), out


def test_one_that_goes_and_comes_back_has_not_moved(repository: Any, cli: Cli) -> None:
    for text in (SECOND, GONE, SECOND):
        repository.commit("change", {"mailspec.yml": hub() + text})
    for base in ("HEAD~1", "HEAD~2"):
        assert "MS806" not in cli("validate", "--base", base, cwd=repository.folder).out
