"""What ``mailspec.send`` and ``mailspec send`` accept, and what they refuse as a whole."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mailspec
from mailspec.workflow.project import ApplyRefusedError, UsageError
from tools.queue.sink import RunningSink
from tools.queue.world import until

PROJECT = """\
version: 1
instance: {name: Acme}
configurations:
  - {name: Primary, host: 127.0.0.1, port: 2525, security: none, from: noreply@acme.example, state: STATE}
policy: {allowed_recipients: ["*@acme.example"]}
delivery: {queue: {limit: 3}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "mailspec.yml").write_text(PROJECT.replace("STATE", "active"))
    return tmp_path


def test_the_same_key_is_accepted_once(project: Path, cli: Callable[..., Any]) -> None:
    first = mailspec.send("ann@acme.example", subject="Hi", text="hello", key="k", path=str(project))
    again = mailspec.send("ann@acme.example", subject="Hi", text="hello", key="k", path=str(project))
    assert first.messages == again.messages
    assert (len(first.known), len(again.known)) == (0, 1)
    (listed,) = cli("queue", "list", "--format", "json", cwd=project).json["messages"]
    assert (listed["id"], listed["state"], listed["sender"]) == (
        first.messages[0].id,
        "queued",
        "configuration:Primary",
    )


def test_one_recipient_that_is_not_allowed_refuses_all(project: Path, cli: Callable[..., Any]) -> None:
    with pytest.raises(ApplyRefusedError, match=r"out\.example"):
        mailspec.send(["ann@acme.example", "b@out.example"], subject="Hi", text="x", path=str(project))
    assert cli("queue", "list", cwd=project).out == "No messages.\n"


def test_more_than_the_queue_holds_is_refused_as_a_whole(project: Path) -> None:
    people = [f"p{number}@acme.example" for number in range(4)]
    with pytest.raises(ApplyRefusedError, match="limit of 3"):
        mailspec.send(people, subject="Hi", text="x", path=str(project))
    assert len(mailspec.send(people[:3], subject="Hi", text="x", path=str(project)).messages) == 3


def test_mail_that_is_off_is_refused(project: Path) -> None:
    (project / "mailspec.yml").write_text(PROJECT.replace("STATE", "inactive"))
    with pytest.raises(ApplyRefusedError, match="mail is off"):
        mailspec.send("ann@acme.example", subject="Hi", text="x", path=str(project))


def test_a_body_without_subject_or_with_a_bad_address_is_wrong_use(project: Path) -> None:
    with pytest.raises(UsageError, match="subject"):
        mailspec.send("ann@acme.example", text="x", path=str(project))
    with pytest.raises(UsageError, match="no-address"):
        mailspec.send("no-address", subject="Hi", text="x", path=str(project))


def test_a_test_environment_sends_everything_to_its_own_address(
    project: Path, cli: Callable[..., Any], run_sink: Callable[..., RunningSink]
) -> None:
    sink = run_sink()
    own = f"{{name: Primary, host: localhost, port: {sink.port}}}"
    environment = f"kind: test\nredirect_to: qa@acme.example\nconfigurations: [{own}]\n"
    (project / "environments").mkdir()
    (project / "environments/staging.yml").write_text(environment)
    people = [f"p{number}@out.example" for number in range(3)]
    sent = mailspec.send(people, subject="Hi", text="x", path=str(project), environment="staging")
    assert sent.redirected_to == "qa@acme.example"
    command = [sys.executable, "-m", "mailspec", "worker", "-E", "staging", "--project", str(project)]
    worker = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        assert until(lambda: len(sink.taken()) == 3, 40)
    finally:
        worker.terminate()
        worker.wait(60)
    assert {address for entry in sink.taken() for address in entry["to"]} == {"qa@acme.example"}
