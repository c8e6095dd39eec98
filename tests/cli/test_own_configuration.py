"""A target's own configuration is tried before it is written (attack 24), though it is not the active one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SPEC = """\
version: 1
instance: {{id: acme, name: Acme}}
configurations:
  - name: Primary
    state: active
    host: 127.0.0.1
    port: {port}
    security: starttls
    tls: {{ca_file: {ca}, server_name: mail.acme.example}}
    from: alice@acme.example
    auth: {{username: alice@acme.example, password: {{env: HUB_PASSWORD}}}}
  - name: Relay
    state: inactive
    host: 127.0.0.1
    port: {port}
    security: starttls
    tls: {{ca_file: {ca}, server_name: mail.acme.example}}
    from: alice@acme.example
    auth: {{username: alice@acme.example, password: {{env: RELAY_PASSWORD}}}}
targets:
  - {{name: hub, type: env_file, path: hub.env, configuration: {configuration}}}
"""
PASSWORD = "alice's s3cret + word"

pytestmark = pytest.mark.service("postfix")


@pytest.fixture
def run(cli: Callable[..., Any], tmp_path: Path, mail_server: Any) -> Callable[..., Any]:
    made = {"port": mail_server.ports["starttls"], "ca": mail_server.certificates.ca_file}

    def go(configuration: str, relay_password: str) -> Any:
        (tmp_path / "mailspec.yml").write_text(SPEC.format(configuration=configuration, **made))
        env = {"MAILSPEC_STATE_URL": "", "HUB_PASSWORD": PASSWORD, "RELAY_PASSWORD": relay_password}
        return cli("apply", "--auto-approve", "--no-test", "--format", "json", cwd=tmp_path, env=env)

    return go


def test_what_a_target_would_be_given_must_sign_in(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("Relay", "wrong")
    assert (ran.code, (tmp_path / "hub.env").exists()) == (1, False), ran.err
    results = {result["name"]: result["status"] for result in ran.json["tests"]}
    assert results == {"Primary": "passed", "Relay": "failed"}
    assert run("Relay", PASSWORD).code == 0
    assert (tmp_path / "hub.env").exists()


def test_what_no_target_is_given_is_not_asked(run: Callable[..., Any]) -> None:
    ran = run("Primary", "wrong")
    assert [result["name"] for result in ran.json["tests"]] == ["Primary"]
    assert ran.code == 0
