"""The whole way of a change on the command line: real Postfix, real files, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SCHEMAS = Path(__file__).parents[2] / "schemas/output"
PASSWORD = "alice's s3cret + word"
SPEC = """\
version: 1
instance: {{id: acme-hub, name: Acme Hub}}
configurations:
  - name: Primary
    state: active
    host: 127.0.0.1
    port: {port}
    security: starttls
    tls: {{ca_file: {ca}, server_name: {name}}}
    auth: {{username: alice@acme.example, password: {{env: HUB_PASSWORD}}}}
    timeout: 10s
targets:
  - {{name: hub, type: env_file, path: hub.env, dialect: systemd}}
policy: {{allowed_recipients: ["*@acme.example"], test_recipients: [bob@acme.example]}}
"""
MORE = """\
configurations:
  - {name: Old, state: inactive, host: old.acme.example, from: hub@acme.example}
"""


def conforms(name: str, data: Any) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(data)


class Hub:
    """A project whose mail goes to the real server."""

    def __init__(self, folder: Path, cli: Callable[..., Any], state_url: str | None, server: Any) -> None:
        self.folder = folder
        self.file = folder / "hub.env"
        self._cli = cli
        self._env = {"HUB_PASSWORD": PASSWORD} | ({"MAILSPEC_STATE_URL": state_url} if state_url else {})
        self.server = server
        self.write()

    def write(self, **changes: Any) -> None:
        made = self.server.certificates
        values = {"port": self.server.ports["starttls"], "ca": made.ca_file, "name": "mail.acme.example", **changes}
        (self.folder / "mailspec.yml").write_text(SPEC.format(**values))

    def more(self, text: str = MORE) -> None:
        (self.folder / "configurations").mkdir(exist_ok=True)
        (self.folder / "configurations/more.yml").write_text(text)

    def __call__(self, *args: str, code: int = 0, **env: str) -> Any:
        ran = self._cli(*args, cwd=self.folder, env={**self._env, **env})
        assert ran.code == code, f"{args} -> {ran.code}\n{ran.out}\n{ran.err}"
        assert PASSWORD not in ran.out + ran.err
        return ran


@pytest.fixture
def hub(tmp_path: Path, cli: Callable[..., Any], state_url: str | None, mail_server: Any) -> Hub:
    return Hub(tmp_path, cli, state_url, mail_server)


pytestmark = pytest.mark.service("postfix")


def test_a_change_is_made_tested_and_proven_and_the_second_changes_nothing(hub: Hub) -> None:
    conforms("plan", hub("plan", "--format", "json").json)
    before = len(hub.server.inbox("bob@acme.example"))
    ran = hub("apply", "--auto-approve", "--format", "json")
    conforms("apply", ran.json)
    assert [test["status"] for test in ran.json["tests"]] == ["passed", "sent"]
    assert len(hub.server.inbox("bob@acme.example")) >= before
    assert hub.file.stat().st_mode & 0o777 == 0o600
    assert "MAIL_HOST" in hub.file.read_text()
    content = hub.file.read_bytes()
    again = hub("apply", "--auto-approve")
    assert "No changes." in again.out
    assert "changed=0" in again.out
    assert hub.file.read_bytes() == content
    assert hub("plan", "--detailed-exitcode").out.startswith("No changes.")
    status = hub("status", "--format", "json").json
    conforms("status", status)
    assert status["active"] == "configuration:Primary"
    assert not status["differs"]
    history = hub("history", "--format", "json").json
    conforms("history", history)
    assert [entry["status"] for entry in history] == ["applied"]


def test_check_changes_nothing(hub: Hub) -> None:
    ran = hub("apply", "--check", "--diff")
    assert "create env_file:hub.env in hub" in ran.out
    assert not hub.file.exists()
    assert hub("history").out.startswith("Nothing")


def test_without_a_terminal_nothing_is_applied_unasked(hub: Hub) -> None:
    ran = hub("apply", code=5)
    assert "no-approval" in ran.err
    assert not hub.file.exists()


def test_a_server_that_refuses_stops_before_anything_is_written(hub: Hub) -> None:
    ran = hub("apply", "--auto-approve", "--format", "json", code=1, HUB_PASSWORD="wrong")
    assert ran.json["tests"][0]["category"] == "auth_failed"
    assert not hub.file.exists()
    assert hub("status", "--format", "json").json["active"] is None


def test_a_missing_secret_stops_before_the_lock(hub: Hub) -> None:
    hub.write()
    ran = hub._cli("apply", "--auto-approve", cwd=hub.folder, env={})
    assert ran.code == 1
    assert "MS302" in ran.out
    assert not hub.file.exists()


def test_a_saved_plan_is_applied_once(hub: Hub) -> None:
    hub("plan", "--out", "plan.json")
    hub("apply", "plan.json")
    ran = hub("apply", "plan.json", code=5)
    assert "Refused" in ran.err


@pytest.mark.parametrize("what", ["spec", "live", "state", "variables", "edited"])
def test_a_saved_plan_is_refused_after_a_change(hub: Hub, what: str) -> None:
    if what == "variables":
        text = (hub.folder / "mailspec.yml").read_text()
        (hub.folder / "mailspec.yml").write_text(text.replace("name: Acme Hub}", "name: Acme Hub, env_prefix: HUB_}"))
    hub("apply", "--auto-approve", "--no-test")
    text = (hub.folder / "mailspec.yml").read_text()
    (hub.folder / "mailspec.yml").write_text(text.replace("timeout: 10s", "timeout: 9s"))
    hub("plan", "--out", "plan.json")
    env = {}
    if what == "spec":
        (hub.folder / "mailspec.yml").write_text(text.replace("timeout: 10s", "timeout: 8s"))
    elif what == "live":
        hub.file.write_text(hub.file.read_text().replace("MAIL_TIMEOUT=10", "MAIL_TIMEOUT=99"))
    elif what == "state":
        hub("apply", "--auto-approve", "--no-test")
    elif what == "variables":
        env = {"HUB_FROM_NAME": "Another name"}
    else:
        plan = json.loads((hub.folder / "plan.json").read_text())
        plan["changes"][0]["name"] = "configuration:Other"
        (hub.folder / "plan.json").write_text(json.dumps(plan))
    content = hub.file.read_bytes()
    ran = hub("apply", "plan.json", "--no-test", code=5, **env)
    assert "Refused" in ran.err
    assert hub.file.read_bytes() == content


def test_deletions_are_confirmed_by_name(hub: Hub) -> None:
    hub.more()
    hub("apply", "--auto-approve", "--no-test")
    (hub.folder / "configurations/more.yml").unlink()
    assert "--prune" in hub("plan").out
    hub("apply", "--auto-approve", "--prune", code=5)
    hub("apply", "--auto-approve", "--prune", "--confirm-delete", "Older", code=2)
    ran = hub("apply", "--auto-approve", "--prune", "--confirm-delete", "Old", "--no-test")
    assert "delete configuration:Old" in ran.out
    assert hub("plan").out.startswith("No changes.")


def test_limit_leaves_the_rest(hub: Hub) -> None:
    hub.more()
    ran = hub("apply", "--auto-approve", "--limit", "Old", "--no-test")
    assert "create configuration:Old" in ran.out
    assert not hub.file.exists()
    assert "create configuration:Primary" in hub("plan").out
    hub("plan", "--limit", "Nobody", code=2)


def test_a_foreign_file_is_not_touched(hub: Hub) -> None:
    hub.file.write_text("MAIL_HOST=somebody.example\nOTHER=1\n")
    hub.file.chmod(0o640)
    ran = hub("apply", "--auto-approve", code=5)
    assert "adopt" in ran.err
    assert hub.file.read_text() == "MAIL_HOST=somebody.example\nOTHER=1\n"
    text = (hub.folder / "mailspec.yml").read_text()
    (hub.folder / "mailspec.yml").write_text(text.replace("dialect: systemd", "dialect: systemd, adopt: true"))
    hub("apply", "--auto-approve", "--no-test")
    assert "OTHER=1\n" in hub.file.read_text()


def test_drift_is_found_by_field_and_put_right(hub: Hub) -> None:
    hub("apply", "--auto-approve", "--no-test")
    assert hub("drift").out == "No drift.\n"
    hub.file.write_text(hub.file.read_text().replace("127.0.0.1", "evil.example"))
    found = hub("drift", "--detailed-exitcode", "--format", "json", code=7).json
    conforms("drift", found)
    fields = found["targets"][0]["fields"]
    assert [(field["path"], field["before"], field["after"]) for field in fields] == [
        ("MAIL_HOST", "127.0.0.1", "evil.example")
    ]
    assert "changed outside mailspec" in hub("plan").out
    done = hub("apply", "--auto-approve", "--no-test")
    assert "target hub: put right what was changed outside mailspec: MAIL_HOST." in done.out
    assert hub("drift").out == "No drift.\n"
    assert "evil.example" not in hub.file.read_text()
    assert "put right" not in hub("apply", "--auto-approve", "--no-test").out


def test_a_mode_that_nobody_declared_is_no_drift_but_reported_where_it_shows_a_password(hub: Hub) -> None:
    hub("apply", "--auto-approve", "--no-test")
    hub.file.chmod(0o640)
    assert hub("drift", "--detailed-exitcode").out == "No drift.\n"
    hub.file.chmod(0o644)
    assert "(mode 0644) holds a password and every user can read it" in hub("drift", "--detailed-exitcode").out


def test_drift_in_other_formats(hub: Hub) -> None:
    hub("apply", "--auto-approve", "--no-test")
    hub.file.write_text(hub.file.read_text().replace("127.0.0.1", "evil.example"))
    for name in ("markdown", "github-summary", "html"):
        shown = hub("drift", "--format", name).out
        assert "Drift in 1 target" in shown
        assert "MAIL_HOST" in shown
        assert "evil.example" in shown


@pytest.mark.parametrize("what", ["mode", "removed", "password"])
def test_other_drift_is_put_right_too(what: str, hub: Hub) -> None:
    if what == "mode":
        file = hub.folder / "mailspec.yml"
        file.write_text(file.read_text().replace("dialect: systemd", 'dialect: systemd, mode: "0600"'))
    hub("apply", "--auto-approve", "--no-test")
    before = hub.file.read_bytes()
    if what == "mode":
        hub.file.chmod(0o640)
    elif what == "removed":
        hub.file.unlink()
    else:
        hub.file.write_text(re.sub("(?m)^(MAIL_PASSWORD)=.*$", r"\1=guessed", hub.file.read_text()))
    found = hub("drift", "--detailed-exitcode", "--format", "json", code=7).json
    if what == "mode":
        assert [field["path"] for field in found["targets"][0]["fields"]] == ["(mode)"]
    done = hub("apply", "--auto-approve", "--no-test")
    assert hub("drift").out == "No drift.\n"
    assert hub.file.read_bytes() == before
    assert hub.file.stat().st_mode & 0o777 == 0o600
    if what == "removed":
        assert "put right: the file had been removed" in done.out


def test_rollback_goes_back_and_status_says_that_the_files_differ(hub: Hub) -> None:
    hub("apply", "--auto-approve", "--no-test")
    first = hub.file.read_bytes()
    text = (hub.folder / "mailspec.yml").read_text()
    (hub.folder / "mailspec.yml").write_text(text.replace("timeout: 10s", "timeout: 9s"))
    hub("apply", "--auto-approve", "--no-test")
    assert hub.file.read_bytes() != first
    hub("rollback", "--auto-approve", "--no-test")
    assert hub.file.read_bytes() == first
    assert "differ" in hub("status").out
    assert hub("status", "--detailed-exitcode", code=7)
    hub("rollback", "99", "--auto-approve", code=2)
    assert hub("unlock").out == "Nothing was locked or unfinished.\n"
    done = hub("unlock", "--format", "json", "--format", "text=done.txt").json
    conforms("unlock", done)
    assert done == {"version": 1, "done": ["nothing was locked or unfinished"]}
    assert (hub.folder / "done.txt").read_text() == "Nothing was locked or unfinished.\n"


def test_what_comes_back_is_what_is_tried(hub: Hub) -> None:
    hub("apply", "--auto-approve", "--no-test")
    file = hub.folder / "mailspec.yml"
    text = file.read_text().replace("timeout: 10s", "timeout: 9s")
    file.write_text(text)
    hub("apply", "--auto-approve", "--no-test")
    # The files say something else again, and nobody has applied that.
    file.write_text(text.replace("username: alice@", "username: nobody@"))
    ran = hub("rollback", "--auto-approve", "--format", "json")
    assert [test["status"] for test in ran.json["tests"]] == ["passed", "sent"]


def test_limits_hold_for_what_comes_back(hub: Hub) -> None:
    hub("apply", "--auto-approve", "--no-test")
    file = hub.folder / "mailspec.yml"
    file.write_text(file.read_text().replace("path: hub.env", "path: other.env"))
    hub("apply", "--auto-approve", "--no-test")
    limits = hub.folder / "limits.yml"
    limits.write_text(f"version: 1\ntarget_paths: ['{hub.folder.resolve()}/other.env']\n")
    ran = hub("rollback", "--auto-approve", "--no-test", "--limits", str(limits), code=5)
    assert "Refused (limits-target-paths)" in ran.err
    assert "hub.env" in ran.err


def test_limits_from_outside(hub: Hub) -> None:
    limits = hub.folder / "limits.yml"
    for text, word in (
        ("version: 1\nhosts: ['*.acme.example']\n", "limits-hosts"),
        ("version: 1\nsecrets: ['env:OTHER_*']\n", "limits-secrets"),
        ("version: 1\ntarget_paths: ['/etc/acme/*']\n", "limits-target-paths"),
        ("version: 1\nrecipients: []\n", "limits-recipients"),
        ("version: 1\nhost: []\n", "limits-file"),
        ("hosts: []\n", "limits-file"),
        ("version: 1\nhosts: [\n", "limits-file"),
        ("version: 1\nhosts: one.example\n", "limits-file"),
    ):
        limits.write_text(text)
        ran = hub("apply", "--auto-approve", "--limits", str(limits), code=5)
        assert word in ran.err, ran.err
        assert not hub.file.exists()
    hub("plan", "--limits", "nowhere.yml", code=5)
    limits.write_text(
        "version: 1\nhosts: [127.0.0.1, mail.acme.example]\nsecrets: ['env:HUB_*']\n"
        f"target_paths: ['{hub.folder.resolve()}/*']\n"
        "recipients: ['*@acme.example']\n"
    )
    hub("apply", "--auto-approve", MAILSPEC_LIMITS=str(limits))
    assert hub.file.exists()
    limits.write_text("version: 1\nhosts: []\n")
    hub("test", "--limits", str(limits), code=5)
    hub("probe", "--limits", str(limits), code=5)


def test_recipients_that_the_policy_forbids(hub: Hub) -> None:
    assert "recipient-not-allowed" in hub("test", "--to", "somebody@example.com", code=5).err
    hub("apply", "--auto-approve", "--test-to", "somebody@example.com", code=5)
    assert not hub.file.exists()
    sent = hub("test", "--format", "json").json
    conforms("test", sent)
    assert sent[0]["status"] == "sent"
    probed = hub("probe", "--format", "json").json
    conforms("test", probed)
    assert probed[0]["status"] == "passed"
