"""Environments, machines and people walked through by commands, in a real repository: each change is told right.

Nothing of production is signed in to, written or mailed by staging; the same for runners with a new host name each.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.cli.main import main

MAIN = """\
version: 1
instance: {id: acme, name: Acme}
configurations:
  - name: Primary
    state: active
    host: 127.0.0.1
    port: 2525
    security: none
    auth: {method: none}
    from: noreply@acme.example
  - {name: Standby, state: inactive, host: 127.0.0.2, port: 2525, security: none, from: noreply@acme.example}
general:
  users: {mode: smtp, account: {method: none}}
users:
  - {email: alice@acme.example}
  - {email: bob@acme.example}
targets:
  - {name: app1, type: env_file, path: MACHINES/one/smtp.env, machine: one}
  - {name: app2, type: env_file, path: MACHINES/two/smtp.env, machine: two}
"""
STAGING = """\
kind: test
redirect_to: qa@acme.example
configurations: [{name: Primary, host: 127.0.0.3, sandbox: true}]
targets:
  - {name: app1, path: MACHINES/one/staging.env}
  - {name: app2, path: MACHINES/two/staging.env}
"""


class Walk:
    """One repository, the folders of two machines, and mailspec in it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys
        self.root = folder / "spec"
        self.machines = folder / "machines"
        for machine in ("one", "two"):
            (self.machines / machine).mkdir(parents=True)
        (self.root / "environments").mkdir(parents=True)
        self.write("mailspec.yml", MAIN)
        self.write("environments/staging.yml", STAGING)
        self.write(".gitignore", ".mailspec/\n")
        self.git("init", "-q", "-b", "main")
        self.commit()

    def git(self, *words: str) -> None:
        identity = ("-c", "user.name=T", "-c", "user.email=t@acme.example")
        subprocess.run(["git", "-C", str(self.root), *identity, *words], check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", "change", "--allow-empty")

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text.replace("MACHINES", str(self.machines)))

    def change(self, old: str, new: str, name: str = "mailspec.yml") -> None:
        text = (self.root / name).read_text()
        assert old in text
        self.write(name, text.replace(old, new))

    def run(self, *words: str, code: int = 0) -> Any:
        """Run a command that gives JSON."""
        out, _ = self._run([*words, "--format", "json"], code)
        return json.loads(out) if out.startswith("{") else None

    def output(self, *words: str, code: int = 0) -> str:
        """Run a command and return all that it says."""
        return " ".join("".join(self._run(list(words), code)).split())

    def _run(self, words: list[str], code: int) -> tuple[str, str]:
        self.capsys.readouterr()
        ended = main([*words, "--project", str(self.root)])
        out, err = self.capsys.readouterr()
        assert ended == code, (words, out, err)
        return out, err

    def apply(self, *words: str, code: int = 0) -> Any:
        return self.run("apply", "--auto-approve", "--no-test", *words, code=code)

    def files(self) -> dict[str, str]:
        found = sorted(path for path in self.machines.rglob("*") if path.is_file())
        return {str(path.relative_to(self.machines)): path.read_text() for path in found}


@pytest.fixture
def walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Walk:
    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: [list])
    for name in ("MAILSPEC_ENVIRONMENT", "MAILSPEC_STATE_URL"):
        monkeypatch.delenv(name, raising=False)
    return Walk(tmp_path, capsys)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """``host(NAME)``: from now on this host has that name."""

    def named(name: str) -> None:
        real = os.uname()
        monkeypatch.setattr(os, "uname", lambda: os.uname_result((real.sysname, name, *real[2:])))

    return named


def counts(recap: Any) -> dict[str, tuple[int, int]]:
    return {line["name"]: (line["changed"], line["skipped"]) for line in recap["recap"]}


@pytest.mark.parametrize(
    "words",
    [
        ("plan",),
        ("apply", "--check"),
        ("test",),
        ("probe",),
        ("rollback",),
        ("drift",),
        ("send", "a@acme.example", "--subject", "x", "--body", __file__),
    ],
)
def test_commands_that_act_want_the_environment(walk, words):
    assert "Which environment? Write -E with base or one of staging" in walk.output(*words, code=2)


def test_the_variable_and_the_option_name_the_environment(walk, monkeypatch):
    monkeypatch.setenv("MAILSPEC_ENVIRONMENT", "staging")
    assert walk.run("plan")["basis"]["environment"] == "staging"
    assert walk.run("plan", "-E", "base")["basis"]["environment"] is None


def test_a_project_without_environments_asks_nobody(walk):
    (walk.root / "environments/staging.yml").unlink()
    assert walk.run("plan")["basis"]["environment"] is None


def test_staging_is_walked_and_production_stays_as_it_is(walk):
    assert walk.run("validate", str(walk.root))["summary"]["warnings"] == 0
    walk.apply("-E", "base", "--machine", "one")
    production = walk.files()
    assert set(production) == {"one/smtp.env"}
    assert production["one/smtp.env"].startswith("# mailspec instance=acme environment=base\n")
    assert counts(walk.apply("-E", "staging", "--machine", "one"))["app2"][0] == 0
    after = walk.files()
    assert {name: after[name] for name in production} == production
    assert "127.0.0.3" in after["one/staging.env"]
    assert "127.0.0.1" not in after["one/staging.env"]
    assert walk.run("drift", "-E", "base", "--machine", "one")["targets"]
    assert walk.apply("-E", "base", "--machine", "one")["changes"] == []


def test_an_overlay_that_leaves_the_path_is_reported_and_refused(walk):
    walk.apply("-E", "base", "--machine", "one")
    before = walk.files()
    walk.write("environments/staging.yml", STAGING.partition("targets:")[0].replace("kind: test\n", ""))
    codes = {entry["code"] for entry in walk.run("validate", str(walk.root))["findings"]}
    assert "MS805" in codes
    walk.change("type: env_file,", "type: env_file, adopt: true,")
    output = walk.output("apply", "--auto-approve", "--no-test", "-E", "staging", "--machine", "one", code=5)
    assert "belongs to instance=acme environment=base" in output
    assert "--allow take-over=app1" in output
    assert walk.files() == before
    walk.apply("-E", "staging", "--machine", "one", "--allow", "take-over=app1")
    assert walk.files()["one/smtp.env"].startswith("# mailspec instance=acme environment=staging\n")


def test_an_overlay_that_only_renames_the_instance_is_an_error(walk):
    walk.write("environments/staging.yml", "kind: test\ninstance: {name: Acme (staging)}\n")
    found = walk.run("validate", str(walk.root), code=1)["findings"]
    assert {entry["code"] for entry in found if entry["severity"] == "error"} == {"MS804", "MS805", "MS807"}
    walk.apply("-E", "staging", "--machine", "one", code=1)
    assert walk.files() == {}


def test_each_machine_is_written_by_its_own_run_and_the_other_is_named(walk):
    recap = walk.apply("-E", "base", "--machine", "one")
    assert counts(recap)["app2"] == (0, 9)
    assert set(walk.files()) == {"one/smtp.env"}
    assert "target app2 on two: behind, nothing was applied there yet" in walk.output(
        "status", "-E", "base", "--machine", "one"
    )
    walk.apply("-E", "base", "--machine", "two")
    assert set(walk.files()) == {"one/smtp.env", "two/smtp.env"}
    walk.change("host: 127.0.0.1", "host: 127.0.0.9")
    walk.apply("-E", "base", "--machine", "one")
    assert "127.0.0.1" in walk.files()["two/smtp.env"]
    output = walk.output("status", "-E", "base", "--machine", "one")
    assert "target app2 on two: behind, it holds an earlier apply (it sends by configuration:Primary)" in output
    walk.apply("-E", "base", "--machine", "two")
    assert "behind" not in walk.output("status", "-E", "base", "--machine", "one")


def test_a_plan_of_one_machine_is_not_applied_on_another(walk):
    plan = walk.root.parent / "plan.json"
    walk.output("plan", "-E", "base", "--machine", "one", "--out", str(plan))
    assert "made for another machine" in walk.output("apply", str(plan), "--machine", "two", code=5)
    walk.apply(str(plan), "--machine", "one")
    assert set(walk.files()) == {"one/smtp.env"}


def test_a_host_of_the_machines_name_writes_it_and_a_runner_of_any_other_name_needs_the_option(walk, host):
    host("runner-1")
    walk.apply("-E", "base")
    assert walk.files() == {}
    host("one.acme.example")
    walk.apply("-E", "base")
    assert set(walk.files()) == {"one/smtp.env"}
    host("runner-2")
    assert walk.apply("-E", "base", "--machine", "one")["changes"] == []
    walk.apply("-E", "base", "--machine", "two")
    host("runner-3")
    assert walk.apply("-E", "base", "--machine", "two")["changes"] == []


def test_what_a_killed_runner_left_is_ended_by_the_next_of_another_name(walk, host, monkeypatch):
    host("runner-1")
    walk.apply("-E", "base", "--machine", "one")
    walk.change("host: 127.0.0.1", "host: 127.0.0.9")
    from mailspec.apply import write as writing

    with monkeypatch.context() as patch:

        def killed(*_args: Any) -> None:
            raise SystemExit(137)

        patch.setattr(writing, "commit", killed)
        with pytest.raises(SystemExit):
            walk.apply("-E", "base", "--machine", "one")
    host("runner-2")
    assert "Recovered: " in walk.output("apply", "--auto-approve", "--no-test", "-E", "base", "--machine", "one")
    assert "127.0.0.9" in walk.files()["one/smtp.env"]


def drifted_targets(walk: Walk, here: tuple[str, ...]) -> list[str]:
    """Return what drifted: after an apply nothing."""
    return [entry["target"] for entry in walk.run("drift", *here)["targets"] if entry["drifted"]]


def test_a_leaver_a_rename_a_rotation_and_the_switch_are_reported(walk, monkeypatch):
    walk.change(
        "auth: {method: none}", "auth: {username: noreply@acme.example, method: plain, password: {env: WALK_P}}"
    )
    monkeypatch.setenv("WALK_P", "first")
    here = ("-E", "base", "--machine", "one")
    walk.apply(*here)
    walk.commit()
    # A leaver.
    walk.change("  - {email: bob@acme.example}\n", "")
    assert "bob@acme.example: no longer declared" in walk.output("diff", "HEAD")
    planned = walk.output("plan", *here)
    assert "delete user:bob@acme.example" in planned
    assert "bob@acme.example left; mailspec cannot withdraw" in planned
    assert "user:bob@acme.example" in walk.output("status", *here)
    assert "bob@acme.example left" in str(walk.apply(*here)["notes"])
    assert "bob" not in walk.output("status", *here)
    assert drifted_targets(walk, here) == []
    walk.commit()
    # A rename is no deletion.
    walk.change("  - name: Primary\n", "  - name: Main\n    renamed_from: Primary\n")
    walk.change("configurations: [{name: Primary", "configurations: [{name: Main", "environments/staging.yml")
    output = walk.output("diff", "HEAD")
    assert "name configuration:Primary -> configuration:Main" in output
    assert "no longer" not in output
    assert {change["action"] for change in walk.run("plan", *here)["changes"]} == {"update"}
    assert {change["action"] for change in walk.run("status", *here)["pending"]} == {"update"}
    walk.apply(*here)
    assert walk.run("status", *here)["active"] == "configuration:Main"
    assert drifted_targets(walk, here) == []
    walk.commit()
    # A rotation changes no file: diff says nothing, and drift that it is pending, not that somebody was at the file.
    monkeypatch.setenv("WALK_P", "second")
    assert "No changes." in walk.output("diff", "HEAD")
    output = walk.output("drift", *here)
    assert "rotated since the last apply, the next one writes it" in output
    assert "outside" not in output
    assert "second" not in output
    assert {change["target"] for change in walk.run("plan", *here)["changes"]} == {"app1"}
    walk.apply(*here)
    assert "second" in walk.files()["one/smtp.env"]
    assert drifted_targets(walk, here) == []
    # Off and on again.
    walk.change("state: active", "state: inactive")
    output = walk.output("diff", "HEAD")
    assert "mail is off" in output
    assert "Refused (off)" in walk.output("plan", *here, code=5)
    off = walk.apply(*here, "--allow", "off")
    assert off["changes"]
    # Off is written, not left out: a server that cannot be.
    assert "mailspec-off.invalid" in walk.files()["one/smtp.env"]
    assert not any(entry["drifted"] for entry in walk.run("drift", *here)["targets"])
    assert walk.run("status", *here)["active"] is None
    walk.change("    renamed_from: Primary\n    state: inactive", "    renamed_from: Primary\n    state: active")
    walk.apply(*here)
    assert walk.run("status", *here)["active"] == "configuration:Main"
    assert "second" in walk.files()["one/smtp.env"]


def test_an_overlay_that_renames_the_instance_keeps_the_state(walk):
    walk.change("instance: {id: acme, name: Acme}", "instance: {name: Acme}")
    walk.write("environments/staging.yml", f"instance: {{name: Acme (staging)}}\n{STAGING}")
    walk.apply("-E", "staging", "--machine", "one")
    assert walk.files()["one/staging.env"].startswith("# mailspec instance=acme environment=staging\n")
    assert "acme (staging)" in walk.output("status", "-E", "staging", "--machine", "one")
