"""Who is told of what needs people: a command, a message, a log; never too often, and never in the way of the mail."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.delivery.alerts import Alerts
from mailspec.delivery.events import ALERTS, Event, Kind
from mailspec.workflow.delivery.viewing import view_of
from mailspec.workflow.delivery.working import alerts_of
from mailspec.workflow.policy.policy_base import Base
from mailspec.workflow.project import ApplyRefusedError
from tools.queue.world import World, until

DEAD = Event("dead", "m1 is a dead letter: no such user", {"mail": "m1", "configuration": "Primary"})


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """A command that appends what it is given to a file, a line each."""
    code = f"import sys; open({str(tmp_path / 'alerts')!r}, 'a').write(sys.stdin.read() + chr(10))"
    return [sys.executable, "-c", code]


def alerts_in(folder: Path) -> list[dict[str, Any]]:
    path = folder / "alerts"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_command_gets_the_event_as_json(command: list[str], tmp_path: Path) -> None:
    failed: list[str] = []
    Alerts(command, None, failed.append)(DEAD)
    assert until(lambda: len(alerts_in(tmp_path)) == 1, 10)
    assert alerts_in(tmp_path) == [
        {"version": 1, "kind": "dead", "message": DEAD.message, "fields": dict(DEAD.fields), "more": 0}
    ]
    assert failed == []


def test_what_comes_within_a_minute_is_counted_and_reported_with_the_next(command: list[str], tmp_path: Path) -> None:
    alerts = Alerts(command, None, lambda _: None, every=0.5)
    for _ in range(5):
        alerts(DEAD)
    alerts(Event("dead", "another account", {"configuration": "Standby"}))
    assert until(lambda: len(alerts_in(tmp_path)) == 2, 10)
    until(lambda: False, 0.6)
    alerts(DEAD)
    assert until(lambda: len(alerts_in(tmp_path)) == 3, 10)
    last = alerts_in(tmp_path)[-1]
    assert (last["more"], "and 4 more of this kind" in last["message"]) == (4, True)


@pytest.mark.parametrize("kind", ["sent", "waiting", "started", "stopped", "trouble"])
def test_everyday_events_raise_no_alert(kind: Kind) -> None:
    mails: list[str] = []
    Alerts(None, lambda subject, _text: mails.append(subject), mails.append)(Event(kind, "as ever"))
    assert kind not in ALERTS
    assert not until(lambda: bool(mails), 0.1)


def test_a_message_says_what_happened() -> None:
    mails: list[tuple[str, str]] = []
    Alerts(None, lambda subject, text: mails.append((subject, text)), lambda _: None)(
        Event("standing_in", "Standby stands in for Primary: refused", {"configuration": "Primary"})
    )
    assert until(lambda: bool(mails), 5)
    assert mails == [("mailspec: standing in", "Standby stands in for Primary: refused\n")]


@pytest.mark.parametrize(
    ("words", "reason"),
    [(["/nowhere/at-all"], "could not be run"), ([sys.executable, "-c", "exit(3)"], "ended with 3")],
)
def test_a_command_that_fails_is_reported_and_stops_nothing(words: list[str], reason: str) -> None:
    failed: list[str] = []
    Alerts(words, None, failed.append)(DEAD)
    assert until(lambda: bool(failed), 10)
    assert reason in failed[0]


def test_a_queue_that_cannot_take_the_alert_is_reported_without_the_errors_text() -> None:
    failed: list[str] = []

    def full(_subject: str, _text: str) -> None:
        raise RuntimeError("password=hunter2")

    Alerts(None, full, failed.append)(DEAD)
    assert until(lambda: bool(failed), 5)
    assert ("RuntimeError" in failed[0], "hunter2" in failed[0]) == (True, False)


def test_the_alert_of_the_spec_goes_into_the_queue_beside_its_limit(queued: World, cli: Callable[..., Any]) -> None:
    path = queued.folder / "mailspec.yml"
    path.write_text(path.read_text() + "delivery: {queue: {limit: 1}, alert: {to: ops@acme.example}}\n")
    alerts = alerts_of(view_of(str(queued.folder), None, None), queued.store, lambda _: None)
    alerts(DEAD)
    alerts(Event("worker_gone", "worker w1 died"))
    assert until(lambda: queued.store.count(("queued",)) == 2, 10)
    listed = cli("queue", "list", "--format", "json", cwd=queued.folder).json["messages"]
    assert {(entry["kind"], entry["recipients"][0]["address"]) for entry in listed} == {("alert", "ops@acme.example")}
    assert {entry["subject"] for entry in listed} == {"mailspec: dead", "mailspec: worker gone"}


def test_a_command_that_the_limits_forbid_is_refused(queued: World) -> None:
    path = queued.folder / "mailspec.yml"
    path.write_text(path.read_text() + "delivery: {alert: {command: [/usr/bin/env]}}\n")
    limits = queued.folder / "limits.yml"
    limits.write_text("version: 1\nsecrets: ['command:/usr/bin/true']\n")
    with pytest.raises(ApplyRefusedError, match=r"delivery\.alert\.command"):
        alerts_of(view_of(str(queued.folder), None, str(limits)), queued.store, lambda _: None)


def test_a_command_that_a_change_brings_is_refused_where_no_limits_name_it(queued: World) -> None:
    path = queued.folder / "mailspec.yml"
    before = path.read_text()
    for words in (["init", "-q"], ["add", "mailspec.yml"], ["commit", "-qm", "start"]):
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@acme.example", *words], cwd=queued.folder, check=True
        )
    path.write_text(before + "delivery: {alert: {command: [/usr/bin/env]}}\n")
    with pytest.raises(ApplyRefusedError, match=r"delivery\.alert\.command.*a program that the change names"):
        alerts_of(view_of(str(queued.folder), None, None, Base("HEAD")), queued.store, lambda _: None)
    limits = queued.folder / "limits.yml"
    limits.write_text("version: 1\nsecrets: ['command:/usr/bin/env', 'env:*', 'file:*']\n")
    assert alerts_of(view_of(str(queued.folder), None, str(limits), Base("HEAD")), queued.store, lambda _: None)
