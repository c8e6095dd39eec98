"""What was proven of each account, in every recap and format: never "passed" beside "not tested"."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from mailspec.outcome.mail import PROVEN_WORDS, Proven, TestResult
from mailspec.render.documents import of_tests
from mailspec.render.registry import render_document
from mailspec.render.results import results_text
from mailspec.render.view import Options

SPEC = """\
version: 1
instance: {id: acme}
configurations:
  - name: Main
    state: active
    host: 127.0.0.1
    port: 9
    security: none
    auth: {username: hub@acme.example, password: {env: PROVEN_P}}
    may_send_as: [billing@acme.example]
  - {name: Standby, state: inactive, host: 127.0.0.2, port: 9, security: none, from: hub@acme.example}
general:
  users: {mode: smtp, account: {password: {env: "PROVEN_P"}}}
  bulk: {mode: smtp}
users:
  - {email: alice@acme.example}
  - {email: ben@acme.example, mode: outlook}
mailings:
  - {name: invoices, type: mass_mailing, mode: general, send_as: billing@acme.example}
targets:
  - {name: app, type: env_file, path: app.env}
"""
RESULTS: dict[Proven, TestResult] = {
    "nothing": TestResult("Main", "configuration", "skipped", "no token is to be had"),
    "connection": TestResult("Main", "configuration", "passed", stage="connect", proven="connection"),
    "sign_in": TestResult("Main", "configuration", "passed", stage="auth", proven="sign_in"),
    "sender": TestResult("Main", "configuration", "passed", stage="mail_from", proven="sender"),
    "accepted": TestResult("Main", "configuration", "sent", stage="data", proven="accepted"),
}


@pytest.fixture
def applied(
    cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Proven], dict[str, str]]:
    """``applied(PROVEN)``: an apply whose tests show so much, in each format; ``json`` is parsed."""
    monkeypatch.setenv("PROVEN_P", "Sup3rS3cretValue")
    (tmp_path / "mailspec.yml").write_text(SPEC)

    def run(proven: Proven) -> dict[str, Any]:
        monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: (lambda: [RESULTS[proven]], list))
        files = [f"--format={name}={tmp_path / name}" for name in ("markdown", "html", "text")]
        words = ("--auto-approve", "--no-test", "--allow", "unproven=Main")
        ran = cli("apply", *words, "--format", "json", *files, cwd=tmp_path)
        assert ran.code == 0, ran.out + ran.err
        shown: dict[str, Any] = {name: (tmp_path / name).read_text() for name in ("markdown", "html", "text")}
        return {**shown, "json": ran.json}

    return run


@pytest.mark.parametrize("proven", RESULTS)
def test_an_apply_says_what_was_proven_of_each_account(applied: Any, proven: Proven) -> None:
    shown = applied(proven)
    accounts = {entry["name"]: (entry["proven"], entry["note"]) for entry in shown["json"]["accounts"]}
    same = ("sign_in", "it signs in as configuration:Main")
    behind = same if proven in ("sign_in", "sender", "accepted") else ("nothing", "nothing of it was tried")
    assert accounts == {
        "configuration:Main": (proven, accounts["configuration:Main"][1]),
        "configuration:Standby": ("nothing", "it is not in use"),
        "user:alice@acme.example": ("nothing", "apply signs in for nobody"),
        "mailing:invoices": behind,
        "bulk:bulk": behind,
    }
    for name in ("text", "markdown", "html"):
        text = unescape(shown[name]).replace("\\", "")
        assert f"configuration:Main: {PROVEN_WORDS[proven]}" in text, name
        assert f"mailing:invoices: {PROVEN_WORDS[behind[0]]} ({behind[1]})" in text, name
        assert "user:alice@acme.example: nothing (apply signs in for nobody)" in text, name
        assert "not tested with a message" in text, name
        visible = text.partition("<body>")[2] if name == "html" else text
        assert "assed" not in visible.replace('"verdict passed"', ""), name


def test_an_apply_at_a_real_server_shows_its_sender_and_with_a_message_that_it_was_accepted(
    cli: Callable[..., Any], office: Callable[[str], str], tmp_path: Path
) -> None:
    targets = "targets:\n  - {name: app, type: env_file, path: app.env}\n"
    (tmp_path / "mailspec.yml").write_text(office() + "\n" + targets)
    env = {"ALICE": "alice's s3cret + word"}
    ran = cli("apply", "--auto-approve", "--no-test", cwd=tmp_path, env=env)
    assert ran.code == 0, ran.out + ran.err
    assert "Proven\n  configuration:Office: the sender (no message was sent)\n" in ran.out
    (tmp_path / "mailspec.yml").write_text(office("reply_to: help@acme.example") + "\n" + targets)
    ran = cli("apply", "--auto-approve", "--test-to", "bob@acme.example", cwd=tmp_path, env=env)
    assert ran.code == 0, ran.out + ran.err
    assert "Proven\n  configuration:Office: a message that the server accepted\n" in ran.out
    assert "not tested" not in ran.out


@pytest.mark.parametrize("proven", PROVEN_WORDS)
@pytest.mark.parametrize("status", ["sent", "passed", "failed", "skipped"])
def test_test_and_probe_say_it_of_each_result(proven: Proven, status: Any) -> None:
    result = TestResult("alice@acme.example", "user", status, "why", stage="auth", proven=proven)
    word = f"proven: {PROVEN_WORDS[proven]}"
    assert word in results_text([result])
    document = of_tests([result], command="probe")
    assert word in render_document("markdown", document, Options())
    assert word.capitalize() in unescape(render_document("html", document, Options()))


def test_many_accounts_of_whom_the_same_is_reported_share_a_line(
    cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROVEN_P", "Sup3rS3cretValue")
    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: (lambda: [RESULTS["sender"]], list))
    people = "".join(f"  - {{email: p{number}@acme.example}}\n" for number in range(30))
    (tmp_path / "mailspec.yml").write_text(SPEC.replace("mailings:", f"{people}mailings:"))
    ran = cli("apply", "--auto-approve", "--no-test", "--allow", "affected-people", cwd=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    assert ran.out.count("apply signs in for nobody") == 1
    assert "and 26 more: nothing (apply signs in for nobody)" in ran.out
