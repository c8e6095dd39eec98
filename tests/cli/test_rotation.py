"""A rotated secret and one that somebody edited are told apart; a server that cannot be reached is no dead end."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SCHEMAS = Path(__file__).parents[2] / "schemas/output"
SPEC = """\
version: 1
instance: {{id: acme-hub, name: Acme Hub}}
configurations:
  - name: Main
    state: active
    host: {host}
    port: 587
    security: starttls
    auth: {{username: hub@acme.example, password: {{file: {secret}}}}}
    from: hub@acme.example
targets:
  - {{name: app, type: env_file, path: app.env, dialect: systemd}}
"""
APPLY = ("apply", "--auto-approve", "--no-test", "--allow", "unproven=Main")


class Hub:
    """A project whose server nobody can reach from here."""

    def __init__(self, folder: Path, cli: Callable[..., Any]) -> None:
        self.folder, self._cli = folder / "project", cli
        self.folder.mkdir()
        self.secret = folder / "secret"
        self.file = self.folder / "app.env"
        self.rotate("first-Secret-1")
        self.write("127.0.0.254")

    def write(self, host: str) -> None:
        (self.folder / "mailspec.yml").write_text(SPEC.format(host=host, secret=self.secret))

    def rotate(self, secret: str) -> None:
        self.secret.write_text(secret)
        self.secret.chmod(0o600)

    def edit(self, before: str, after: str) -> None:
        """Edit the file as a person does; its time is another one however fast the test is."""
        self.file.write_text(self.file.read_text().replace(before, after))
        os.utime(self.file, ns=(1, 1))

    def __call__(self, *args: str) -> Any:
        ran = self._cli(*args, cwd=self.folder)
        assert "Secret-" not in ran.out + ran.err
        return ran


@pytest.fixture
def hub(tmp_path: Path, cli: Callable[..., Any]) -> Hub:
    hub = Hub(tmp_path, cli)
    assert hub(*APPLY).code == 0
    return hub


def test_a_rotated_secret_is_no_drift_and_the_plan_says_what_it_is(hub: Hub) -> None:
    hub.rotate("second-Secret-2")
    drift = hub("drift", "--detailed-exitcode")
    assert (drift.code, drift.out.splitlines()[-1]) == (0, "No drift.")
    assert "rotated since the last apply, the next one writes it: MAIL_PASSWORD" in drift.out
    plan = hub("plan").out
    assert "rotated since the last apply: MAIL_PASSWORD" in plan
    assert "changed outside" not in plan
    applied = hub(*APPLY)
    assert (applied.code, "changed outside" in applied.out) == (0, False)
    assert "MAIL_PASSWORD=second-Secret-2" in hub.file.read_text()


def test_a_password_edited_by_hand_is_named_everywhere(hub: Hub) -> None:
    hub.edit("first-Secret-1", "by-hand")
    drift = hub("drift", "--detailed-exitcode")
    assert drift.code == 7
    assert "MAIL_PASSWORD  another secret than its reference gives: changed here, or rotated" in drift.out
    named = "what was changed outside mailspec: MAIL_PASSWORD (or its secret was rotated)"
    assert named.removeprefix("what was ") in hub("plan").out
    assert named in hub(*APPLY).out
    assert "MAIL_PASSWORD=first-Secret-1" in hub.file.read_text()


def test_a_host_edited_by_hand_beside_an_untouched_password_is_named_alone(hub: Hub) -> None:
    hub.edit("127.0.0.254", "mail.other.example")
    assert "changed outside mailspec: MAIL_HOST." in hub("plan").out


def test_another_reference_is_neither_rotated_nor_edited(hub: Hub) -> None:
    other = hub.secret.with_name("other")
    other.write_text("other-Secret-4")
    other.chmod(0o600)
    hub.secret = other
    hub.write("127.0.0.254")
    plan = hub("plan").out
    assert "rotated" not in plan
    assert "changed outside" not in plan


def test_a_state_that_does_not_know_when_the_file_was_written_accuses_nobody(hub: Hub) -> None:
    with sqlite3.connect(hub.folder / ".mailspec/state.sqlite") as database:
        ((text,),) = database.execute("SELECT record FROM mailspec_target").fetchall()
        record = {key: value for key, value in json.loads(text).items() if key != "written"}
        assert len(record) == len(json.loads(text)) - 1
        database.execute("UPDATE mailspec_target SET record = ?", (json.dumps(record),))
    hub.rotate("second-Secret-2")
    assert "changed outside" not in hub("plan").out
    assert "changed here, or rotated" in hub("drift").out


def test_the_history_and_the_status_call_a_rollback_one(hub: Hub) -> None:
    hub.write("127.0.0.253")
    assert hub(*APPLY).code == 0
    assert hub("rollback", "--auto-approve", "--allow", "unproven=Main", "1").code == 0
    lines = hub("history").out.splitlines()
    assert ["rollback to 1, " in line for line in lines] == [True, False, False]
    data = json.loads(hub("history", "--format", "json").out)
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / "history.json").read_text())).validate(data)
    assert [entry["rollback"] for entry in data] == [1, None, None]
    assert "Last apply: 3 (a rollback to 1), " in hub("status").out


def test_status_names_each_account_that_no_apply_has_proven(hub: Hub) -> None:
    more = "general: {bulk: {mode: smtp, configuration: Main}, users: {mode: smtp, configuration: Main}}\n"
    more += "users:\n  - {email: alice@acme.example, account: {password: {env: A}}}\n"
    more += "  - {email: bob@acme.example, mode: outlook}\n"
    with (hub.folder / "mailspec.yml").open("a") as file:
        file.write(more)
    data = json.loads(hub("status", "--format", "json").out)
    assert sorted(data["unproven"]) == ["Main", "alice@acme.example", "bulk"]
    assert "Note: no apply has proven the sign-in of 3 (" in hub("status").out


def test_a_server_out_of_reach_stops_an_apply_and_the_way_on_is_named(hub: Hub) -> None:
    hub.write("127.0.0.253")
    stopped = hub("apply", "--auto-approve")
    assert stopped.code == 1
    assert "apply it unproven, this once: --no-test --allow unproven=Main" in stopped.out + stopped.err
    assert "127.0.0.254" in hub.file.read_text()
    allowed = hub(*APPLY)
    assert allowed.code == 0
    assert "not proven: Main" in allowed.out
    assert "127.0.0.253" in hub.file.read_text()


def test_what_changed_while_the_question_was_open_is_planned_and_asked_anew(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mailspec.cli.commands import apply

    asked: list[list[str | None]] = []

    def approve(planned: Any, *, auto_approve: bool) -> None:
        asked.append([field.before for change in planned.plan.changes for field in change.fields])
        if len(asked) == 1:
            hub.edit("MAIL_PORT=587", "MAIL_PORT=588")

    monkeypatch.setattr(apply, "approve", approve)
    hub.write("127.0.0.253")
    done = hub(*APPLY)
    assert done.code == 0, done.out + done.err
    assert "Meanwhile something else was changed. This would be done now:" in done.err
    assert ["588" in before for before in asked] == [False, True]
    assert "MAIL_PORT=587" in hub.file.read_text()
    assert "MAIL_HOST=127.0.0.253" in hub.file.read_text()


@pytest.mark.parametrize("error", ["security: tsl", "port: [", "prot: 1"])
def test_the_history_is_read_where_the_files_have_errors(hub: Hub, error: str) -> None:
    spec = hub.folder / "mailspec.yml"
    spec.write_text(spec.read_text().replace("security: starttls", error))
    history = hub("history")
    if error == "port: [":
        assert history.code == 1  # nobody can tell whose history it is
        return
    assert (history.code, "3 changes" in history.out) == (0, True), history.out + history.err
    assert "Some files have errors" in history.err


@pytest.mark.parametrize("renamed", ["", ", renamed_from: app"], ids=["same name", "renamed"])
def test_a_target_that_leaves_this_machine_is_named_in_the_plan(renamed: str, hub: Hub) -> None:
    assert hub(*APPLY).code == 0
    spec = (hub.folder / "mailspec.yml").read_text()
    name = "hub" if renamed else "app"
    moved = spec.replace("name: app,", f"name: {name}{renamed}, machine: elsewhere,").replace("587", "465")
    (hub.folder / "mailspec.yml").write_text(moved.replace("starttls", "tls"))
    line = f"target {name}: it was for every machine and is now for elsewhere; what it wrote stays as it is"
    assert line in hub("plan").out
    assert line in hub("plan", "--format", "markdown").out.replace("\\", "")
