"""Another environment's or instance's file and state, and one's own file read by other words: none is given away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Cli = Callable[..., Any]
CANARY = "c4nary-1x"
SPEC = """\
version: 1
instance: {instance}
configurations:
  - name: Main
    state: active
    host: mail.acme.example
    port: 587
    auth: {{username: hub@acme.example, password: {{env: P}}}}
    from: {sender}
    tls: {{ca_file: {ca}}}
targets:
  - {{name: app, path: app.env, {target}}}
"""
MINE = {"instance": "{id: acme-hub, name: Acme Hub}", "sender": "hub@acme.example", "ca": "ca.pem"}
APPLY = ("apply", "--auto-approve", "--no-test", "--allow", "unproven=Main")
FOREIGN = "instance=acme-hub environment=production"


@pytest.fixture
def change(repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """``change(COMMAND, target=..., ...)``: run a command on a Spec with these parts."""
    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: [list])

    def run(*command: str, **parts: str) -> Any:
        text = SPEC.format(**{**MINE, "target": "type: env_file", **parts})
        files = {"mailspec.yml": text, "t.j2": "{{ mail }}\n", ".gitignore": ".mailspec/\n*.env\n*.mailspec-owner\n"}
        repository.commit("change", {**files, "ca.pem": "x\n", "it's.pem": "x\n"})
        return cli(*command, cwd=repository.folder, env={"P": CANARY})

    return run


@pytest.mark.parametrize("sign", ["#", ";", "//", "owner"])
@pytest.mark.parametrize(
    "target",
    [
        "type: env_file",
        "type: ini_file",
        "type: export",
        "type: export, template: t.j2",
        "type: systemd_credential, configuration: Main",
        "type: properties_file",
    ],
)
def test_a_file_of_another_environment_is_not_taken_by_another_type(
    change: Callable[..., Any], repository: Any, target: str, sign: str
) -> None:
    there = repository.folder / "app.env"
    there.write_text("A=1\n" if sign == "owner" else f"{sign} mailspec {FOREIGN}\n")
    there.chmod(0o600)
    if sign == "owner":
        (repository.folder / ".app.env.mailspec-owner").write_text(f"mailspec {FOREIGN}\n")
    before = there.read_text()
    ran = change(*APPLY, target=f"{target}, adopt: true")
    assert "--allow take-over=app" in ran.err, ran.out + ran.err
    assert ran.code != 0
    assert there.read_text() == before


def test_a_name_in_the_change_makes_no_file_of_another_instance_ours(
    change: Callable[..., Any], repository: Any
) -> None:
    change("validate")
    repository.git("branch", "base")
    there = repository.folder / "app.env"
    there.write_text("# mailspec instance=other-hub environment=base\nA=1\n")
    there.chmod(0o600)
    ran = change(
        *APPLY, "--base", "base", instance="{id: acme-hub, name: Other Hub}", target="type: env_file, adopt: true"
    )
    assert (ran.code, "belongs to instance=other-hub" in ran.err) == (5, True), ran.out + ran.err


def test_a_name_in_the_change_takes_no_state_of_another_instance(change: Callable[..., Any], repository: Any) -> None:
    change("validate", instance="{id: new, name: New}")
    repository.git("branch", "base")
    assert change(*APPLY).code == 0
    ran = change("status", "--base", "base", instance="{id: new, name: Acme Hub}")
    assert "nothing has been applied yet" in ran.out
    # Whoever adds the id that the base spells by its name keeps the state.
    change("validate", instance="{name: Acme Hub}")
    repository.git("branch", "-f", "base")
    ran = change("status", "--base", "base", instance="{id: new, name: Acme Hub}")
    assert "nothing has been applied yet" not in ran.out


def test_a_file_read_in_another_dialect_shows_no_password(change: Callable[..., Any], repository: Any) -> None:
    lawful = {"ca": '"it\'s.pem"', "sender": '{email: hub@acme.example, name: "Acme\'Hub"}'}
    assert change(*APPLY, target="type: env_file, dialect: docker", **lawful).code == 0
    assert CANARY in (repository.folder / "app.env").read_text()
    for command in (("plan",), ("plan", "--format", "json")):
        ran = change(*command, target="type: env_file, dialect: sh")
        assert "MAIL_TLS_CA_FILE" in ran.out
        assert CANARY not in ran.out + ran.err


def test_a_template_gives_a_password_to_nobody_by_the_mode_of_its_file(
    change: Callable[..., Any], repository: Any
) -> None:
    assert change(*APPLY, target='type: export, template: t.j2, mode: "0644"').code == 0
    ran = change(*APPLY, target="type: env_file, adopt: true")
    assert (ran.code, "readable-file" in ran.err) == (5, True), ran.out + ran.err
    assert CANARY not in (repository.folder / "app.env").read_text()
