"""What the base sends in one way is known in every other: as a password, for a token, sealed or written out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mailspec_tests_attempts import OTHER, hub

Cli = Callable[..., Any]
SECOND = OTHER.partition("configurations:\n")[2]
# Its issuer is named nowhere: the secret itself goes nowhere.
TOKEN = """\
  - name: Old
    state: %s
    host: login.acme.example
    port: 587
    security: starttls
    auth:
      method: xoauth2
      username: o@acme.example
      oauth: {client_id: x, grant: client_credentials, %s: {env: ACME_P}}
    from: o@acme.example
"""
SEALED = """\
  - {name: Old, state: inactive, auth: {username: o@acme.example, password: {env: ACME_P}}, from: o@acme.example}
targets:
  - {name: s, type: sealed_secret, path: s.yml, resource: mail, certificate: kube.pem, configuration: Old}
"""
WAYS = {
    "absent, for a token": TOKEN % ("absent", "client_secret"),
    "inactive, for a token": TOKEN % ("inactive", "client_secret"),
    "by a service account": TOKEN % ("inactive", "service_account"),
    "sealed": SEALED,
}
NEW = SECOND.replace("name: Other", "name: New").replace("mail.acme.example", "new.acme.example")


@pytest.mark.parametrize("way", WAYS)
def test_a_secret_that_is_known_in_another_way_has_moved(way: str, repository: Any, cli: Cli) -> None:
    base = hub().replace("{env: ACME_P}", "{env: NEW_P}") + WAYS[way]
    repository.commit("start", {"mailspec.yml": base, "kube.pem": "x\n"})
    front, mark, targets = base.partition("targets:\n")
    change = front + NEW.replace("{env: ACME_SMTP_PASSWORD}", "{env: ACME_P}") + mark + targets
    repository.commit("password", {"mailspec.yml": change})
    out = cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    assert ("MS806" in out, "(env ACME_P) would go to new.acme.example" in out) == (True, True), out


@pytest.mark.parametrize("way", WAYS)
def test_so_has_one_that_is_given_another_way(way: str, repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": hub()})
    repository.commit("way", {"mailspec.yml": hub() + WAYS[way], "kube.pem": "x\n"})
    out = cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    assert ("MS806" in out, "env ACME_P" in out) == (True, True), out


def test_another_secret_of_any_kind_is_new(repository: Any, cli: Cli) -> None:
    repository.commit(
        "start", {"mailspec.yml": hub() + WAYS["sealed"].replace("ACME_P", "SEALED_P"), "kube.pem": "x\n"}
    )
    front, mark, targets = (hub() + WAYS["sealed"].replace("ACME_P", "SEALED_P")).partition("targets:\n")
    more = NEW + (TOKEN % ("inactive", "client_secret")).replace("ACME_P", "TOKEN_P")
    repository.commit("more", {"mailspec.yml": front + more + mark + targets})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
