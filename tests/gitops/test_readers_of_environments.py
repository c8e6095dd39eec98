"""A file that one environment's target is to write keeps its reader, whichever environment names it next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mailspec_tests_attempts import hub

Cli = Callable[..., Any]
BASE = "targets:\n  - {name: app, type: env_file, path: app.env, dialect: sh}\n"
STAGING = """\
environments:
  staging:
    kind: test
    configurations: [{name: Hub, sandbox: true, host: sandbox.acme.example, auth: {username: s@acme.example}}]
    targets: [{name: app, path: staging.env}]
"""
QA = """\
  qa:
    kind: test
    configurations: [{name: Hub, sandbox: true, host: sandbox.acme.example, auth: {username: q@acme.example}}]
    targets: [{name: app, path: qa.env}%s]
"""
NEW = ", {name: new, new: true, type: env_file, path: %s, dialect: %s}"


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        (STAGING + QA % (NEW % ("staging.env", "docker")), True),
        (STAGING + QA % (NEW % ("app.env", "docker")), True),
        (STAGING + QA % (NEW % ("./x/../staging.env", "systemd")), True),
        (STAGING + QA % (NEW % ("other.env", "docker")), False),
        (STAGING + QA % "", False),
        (STAGING.replace("path: staging.env", "path: staging2.env"), False),
    ],
)
def test_another_environment_names_no_other_reader(change: str, refused: bool, repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": hub() + BASE + STAGING})
    repository.commit("change", {"mailspec.yml": hub() + BASE + change})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code == 5, "(target-reader)" in ran.err) == (refused, refused), ran.out + ran.err


def test_the_base_takes_no_file_of_an_environment(repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": hub() + BASE + STAGING})
    more = BASE + "  - {name: new, type: env_file, path: staging.env, dialect: docker}\n"
    repository.commit("change", {"mailspec.yml": hub() + more + STAGING})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "(target-reader)" in ran.err) == (5, True), ran.out + ran.err
