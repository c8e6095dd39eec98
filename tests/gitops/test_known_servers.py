"""MS806: a server that is known otherwise than in the base is another place; another one may stand on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Cli = Callable[..., Any]
TRUSTED = """\
version: 1
instance: {id: acme}
configurations:
  - name: Main
    state: active
    host: mail.acme.example
    port: 587
    auth: {username: hub@acme.example, password: {env: MOVED_P}}
    from: hub@acme.example
    security: starttls
    tls: {ca_file: ca.pem}
"""
TRUST = {
    "checks off": ("{ca_file: ca.pem}", "{validate_certs: false}", "whose certificate nobody checks"),
    "no encryption": ("starttls\n    tls: {ca_file: ca.pem}", "none", "unencrypted"),
    "another file": ("ca.pem", "own.pem", "by the authorities of own.pem (SHA-256 "),
    "another content": ("version", "version", "by the authorities of ca.pem (SHA-256 "),
    "another name": ("{ca_file: ca.pem}", "{server_name: x.acme.example}", "with the certificate of x.acme.example"),
}


@pytest.mark.parametrize(("old", "new", "words"), TRUST.values(), ids=TRUST)
def test_a_server_that_is_known_otherwise_is_another_place(
    old: str, new: str, words: str, repository: Any, cli: Cli
) -> None:
    pem = {"ca.pem": "one\n", "own.pem": "own\n"}
    repository.commit("start", {**pem, "mailspec.yml": TRUSTED})
    change = {"ca.pem": "two\n"} if old == new else {}
    repository.commit("swap", {**pem, **change, "mailspec.yml": TRUSTED.replace(old, new)})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, ran.out.count("MS806")) == (1, 1), ran.out + ran.err
    assert f"would go to mail.acme.example, {words}" in ran.out
    ran = cli("validate", "--base", "HEAD~1", "--allow", "secret-move=env:MOVED_P", cwd=repository.folder)
    assert "MS806" not in ran.out


@pytest.mark.parametrize("weak", ["security: none", "tls: {validate_certs: false}", "tls: {ca_file: own.pem}"])
def test_a_server_that_is_known_better_is_none(weak: str, repository: Any, cli: Cli) -> None:
    better = TRUSTED.replace("    tls: {ca_file: ca.pem}\n", "")
    text = better.replace("security: starttls", weak if "security" in weak else f"security: starttls\n    {weak}")
    repository.commit("start", {"own.pem": "own\n", "mailspec.yml": text})
    repository.commit("better", {"mailspec.yml": better})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


def test_authorities_of_the_machine_are_the_limits_business(repository: Any, cli: Cli) -> None:
    repository.commit("start", {"ca.pem": "one\n", "mailspec.yml": TRUSTED})
    repository.commit("better", {"mailspec.yml": TRUSTED.replace("ca.pem", "/etc/ssl/certs/house.pem")})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
