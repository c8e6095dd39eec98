"""The same walk on real servers: Postfix, Dovecot, two machines' folders, runners with a new host name each time.

Nothing of production is signed in to, written or mailed by staging; and a leaver, a rename, a rotation, the switch off
and on again are each told right by each of ``diff``, ``plan``, ``status``, ``drift`` and ``apply``.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep, time
from typing import Any, NamedTuple

import pytest

from tests.workflow.test_environments_walked import Walk

PRODUCTION, STAGING = "person0901@acme.example", "person0902@acme.example"
ROTATED = "a-longer-r0tated-s3cret"
MAIN = """\
version: 1
instance: {{id: acme, name: Acme}}
configurations:
  - name: Primary
    state: active
    host: 127.0.0.1
    port: {port}
    security: starttls
    tls: {{ca_file: {ca}, server_name: mail.acme.example}}
    auth: {{username: {production}, password: {{env: WALK_P}}}}
    timeout: 30s
general:
  users: {{mode: smtp, account: {{password: {{keyring: "acme/{{email}}"}}}}}}
users:
  - {{email: carol@acme.example}}
  - {{email: ben@acme.example}}
policy: {{test_recipients: [alice@acme.example]}}
targets:
  - {{name: app1, type: env_file, path: MACHINES/one/smtp.env, machine: one}}
  - {{name: app2, type: env_file, path: MACHINES/two/smtp.env, machine: two}}
"""
OVERLAY = """\
kind: test
redirect_to: bob@acme.example
configurations:
  - {{name: Primary, host: localhost, sandbox: true, auth: {{username: {staging}, password: {{env: WALK_STAGING}}}}}}
targets:
  - {{name: app1, path: MACHINES/one/staging.env}}
  - {{name: app2, path: MACHINES/two/staging.env}}
"""


class Runners(Walk):
    """Every command runs in a container with a host name of its own."""

    rename: Callable[[str], None]
    numbers = itertools.count()

    def _run(self, words: list[str], code: int) -> tuple[str, str]:
        self.rename(f"runner-{next(self.numbers)}")
        return super()._run(words, code)


@pytest.fixture
def walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], mail_server: Any
) -> Runners:
    def rename(name: str) -> None:
        real = os.uname()
        monkeypatch.setattr(os, "uname", lambda: os.uname_result((real.sysname, name, *real[2:])))

    for name in ("MAILSPEC_ENVIRONMENT", "MAILSPEC_STATE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WALK_P", "s3cret-of-0901")
    monkeypatch.setenv("WALK_STAGING", "s3cret-of-0902")
    made = Runners(tmp_path, capsys)
    made.rename = rename
    words = {"port": mail_server.ports["starttls"], "ca": mail_server.certificates.ca_file, "production": PRODUCTION}
    made.write("mailspec.yml", MAIN.format(**words))
    made.write("environments/staging.yml", OVERLAY.format(staging=STAGING))
    made.commit()
    return made


@pytest.fixture
def rotate(mail_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """``rotate()``: production's password is another one now, at the server and in the variable."""
    users = mail_server.folder / "dovecot/users"
    before = users.read_text()

    def change() -> None:
        users.write_text(before.replace("s3cret-of-0901", ROTATED))
        _next_second()
        monkeypatch.setenv("WALK_P", ROTATED)

    yield change
    users.write_text(before)
    _next_second()


def _next_second() -> None:
    """Wait until Dovecot looks at its file again, which it does once a second."""
    sleep(1.05 - time() % 1)


def test_staging_signs_in_to_writes_and_mails_nothing_of_production(
    walk: Runners, mail_server: Any, rotate: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = walk.run("validate", str(walk.root))["summary"]
    assert (summary["errors"], summary["warnings"]) == (0, 0)
    for machine in ("one", "two"):
        walk.run("apply", "--auto-approve", "-E", "base", "--machine", machine)
    production, alice = walk.files(), len(mail_server.inbox("alice@acme.example"))
    assert set(production) == {"one/smtp.env", "two/smtp.env"}
    assert f"sasl_username={PRODUCTION}" in mail_server.log()
    # From here on production's password is wrong, so that the server would write down each sign-in with it.
    rotate()
    monkeypatch.setenv("WALK_P", "s3cret-of-0901")
    signing_in = mail_server.folder / "dovecot/dovecot.log"
    start, refused = len(mail_server.log()), len(signing_in.read_text())
    bob = len(mail_server.inbox("bob@acme.example"))
    for machine in ("one", "two"):
        here = ("-E", "staging", "--machine", machine)
        walk.run("plan", *here)
        accounts = walk.run("apply", "--auto-approve", *here)["accounts"]
        assert {entry["name"]: entry["proven"] for entry in accounts}["configuration:Primary"] == "accepted"
        assert walk.run("apply", "--auto-approve", *here)["changes"] == []
        assert not any(entry["drifted"] for entry in walk.run("drift", *here)["targets"])
        assert walk.run("status", *here)["active"] == "configuration:Primary"
    walk.output("test", "-E", "staging", "--to", "alice@acme.example")
    walk.output("probe", "-E", "staging")
    after = walk.files()
    assert {name: after[name] for name in production} == production
    assert set(after) - set(production) == {"one/staging.env", "two/staging.env"}
    assert all(PRODUCTION not in after[name] for name in ("one/staging.env", "two/staging.env"))
    session = mail_server.log()[start:]
    assert f"sasl_username={STAGING}" in session
    assert PRODUCTION not in session
    assert PRODUCTION not in signing_in.read_text()[refused:]
    assert len(mail_server.inbox("alice@acme.example")) == alice
    # The server writes production's sign-ins down indeed.
    walk.output("probe", "-E", "base", code=1)
    assert PRODUCTION in signing_in.read_text()[refused:]
    # Three messages were for Alice by the policy and by --to; redirect_to had each of them.
    deadline = monotonic() + 10
    while len(mail_server.inbox("bob@acme.example")) < bob + 3 and monotonic() < deadline:
        sleep(0.05)
    assert len(mail_server.inbox("bob@acme.example")) == bob + 3
    assert len(mail_server.inbox("alice@acme.example")) == alice


class Step(NamedTuple):
    """A change, and what each command says of it: a word after ``not`` is one that must not be there."""

    change: tuple[tuple[str, str, str], ...]
    diff: tuple[str, ...]
    plan: tuple[str, ...]
    status: tuple[str, ...]
    drift: tuple[str, ...]
    apply: tuple[str, ...]
    # Who is active then, as status says it.
    after: str = "active is configuration:Main."
    allow: tuple[str, ...] = ()


FILE = "mailspec.yml"
STEPS = {
    "a leaver": Step(
        ((FILE, "  - {email: ben@acme.example}\n", ""),),
        diff=("! ben@acme.example: no longer declared", "1 destructive"),
        plan=("- delete user:ben@acme.example", "ben@acme.example left; mailspec cannot withdraw", "not app1"),
        status=("The files differ", "- delete user:ben@acme.example", "ben@acme.example left"),
        drift=("No drift.", "not ben"),
        apply=("- delete user:ben@acme.example (applied)", "ben@acme.example left", "not failed=1"),
        after="active is configuration:Primary.",
    ),
    "a rename": Step(
        (
            (FILE, "  - name: Primary\n", "  - name: Main\n    renamed_from: Primary\n"),
            ("environments/staging.yml", "{name: Primary", "{name: Main"),
        ),
        diff=("name configuration:Primary -> configuration:Main", "not no longer", "not destructive"),
        plan=("~ update configuration:Main", "name Primary -> Main", "Plan: 1 to update.", "not delete"),
        status=("~ update configuration:Main", "active is configuration:Primary.", "not delete"),
        drift=("No drift.", "not Main"),
        apply=("~ update configuration:Main (applied)", "configuration:Main: the sender", "not delete"),
    ),
    "a rotation": Step(
        (),
        diff=("No changes.",),
        plan=("~ update env_file:", "rotated since the last apply: MAIL_PASSWORD", "not outside"),
        status=("rotated since the last apply: MAIL_PASSWORD", "not outside"),
        drift=("rotated since the last apply, the next one writes it: MAIL_PASSWORD", "No drift.", "not outside"),
        apply=("~ update env_file:", "changed=1", "configuration:Main: the sender"),
    ),
    "the switch off": Step(
        ((FILE, "state: active", "state: inactive"),),
        diff=("! configuration 'Main' is no longer active: mail is off", "new warning MS403", "app1", "app2"),
        plan=("o deactivate configuration:Main", "127.0.0.1 -> mailspec-off.invalid"),
        status=("o deactivate configuration:Main", "active is configuration:Main."),
        drift=("No drift.",),
        apply=("o deactivate configuration:Main (applied)", "configuration:Main: nothing (it is not in use)"),
        after="active is nothing: mail is off.",
        allow=("--allow", "off"),
    ),
    "the switch on again": Step(
        ((FILE, "state: inactive", "state: active"),),
        diff=("configuration 'Main' becomes the active one, after nothing", "solved warning MS403", "not destructive"),
        plan=("* activate configuration:Main", "mailspec-off.invalid -> 127.0.0.1"),
        status=("* activate configuration:Main", "active is nothing: mail is off."),
        drift=("No drift.",),
        apply=("* activate configuration:Main (applied)", "configuration:Main: the sender"),
    ),
}


def _tells(output: str, words: tuple[str, ...], where: str) -> None:
    for word in words:
        if word.startswith("not "):
            assert word.removeprefix("not ") not in output, (where, word, output)
        else:
            assert word in output, (where, word, output)


def test_each_change_is_reported_right_by_each_command(walk: Runners, rotate: Callable[[], None]) -> None:
    here = ("-E", "base", "--machine", "one")
    walk.apply(*here)
    for name, step in STEPS.items():
        walk.commit()
        for file, old, new in step.change:
            walk.change(old, new, file)
        if not step.change:
            rotate()
        _tells(walk.output("diff", "HEAD"), step.diff, f"{name}: diff")
        if step.allow:
            assert "Refused (off)" in walk.output("plan", *here, code=5)
            assert "Refused (off)" in walk.output("apply", "--auto-approve", *here, code=5)
        _tells(walk.output("plan", *here, *step.allow), step.plan, f"{name}: plan")
        _tells(walk.output("status", *here), step.status, f"{name}: status")
        _tells(walk.output("drift", *here), step.drift, f"{name}: drift")
        output = walk.output("apply", "--auto-approve", "--no-test", *here, *step.allow)
        _tells(output, step.apply, f"{name}: apply")
        assert ("passed" in output, ROTATED in output) == (False, False)
        # Afterwards there is nothing to say, and the other machine is behind, not forgotten.
        assert "No changes." in walk.output("plan", *here)
        _tells(walk.output("status", *here), (step.after, "are the same", "app2 on two: behind"), f"{name}: afterwards")
        _tells(walk.output("drift", *here), ("No drift.", "not rotated"), f"{name}: afterwards")
    assert ROTATED in walk.files()["one/smtp.env"]
    assert "one/staging.env" not in walk.files()
