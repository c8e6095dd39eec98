from __future__ import annotations

import json
import os
from datetime import date

import pytest

from mailspec.resolve import effective
from mailspec.workflow.options import CheckOptions
from mailspec.workflow.project import ApplyRefusedError
from mailspec.workflow.secrets.secret_checking import check_secrets, owners
from mailspec.workflow.workspace import open_workspace

SPEC = """\
version: 1
instance: {name: Acme}
configurations:
  - name: Post
    state: active
    provider: postmark
    auth: {username: a, password: {file: secrets/post}}
    tls: {client_cert: c.pem, client_key: {file: secrets/key}}
    from: noreply@acme.example
  - {name: Old, state: absent, host: localhost, auth: {username: x, password: {env: NEVER_READ}}}
general:
  users: {mode: smtp, account: {password: {file: "secrets/{email}"}}}
users:
  - {email: alice@acme.example}
  - {email: bob@acme.example}
  - {email: carol@acme.example}
  - {email: dan@acme.example, mode: outlook}
"""
TODAY = date(2026, 6, 1)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mailspec.yml").write_text(SPEC)
    (tmp_path / "secrets").mkdir()
    people = dict.fromkeys(("alice@acme.example", "bob@acme.example"), "canary-two")
    held = {"post": "canary-one", "key": "canary-key", **people}
    for name, text in held.items():
        file = tmp_path / "secrets" / name
        file.write_text(text)
        file.chmod(0o644 if name == "key" else 0o600)
        os.utime(file, (1767225600, 1767225600))  # 2026-01-01
    return tmp_path


@pytest.fixture
def check(folder):
    def run(*, limits_file=None, **options):
        workspace = open_workspace(str(folder), options=CheckOptions(as_of=TODAY), limits_file=limits_file)
        settings = [effective(workspace.resolver, kind, name) for kind, name in owners(workspace.spec)]
        return check_secrets(workspace, settings, **options)

    return run


def troubles(states):
    return {(state.name, state.field): [trouble.kind for trouble in state.troubles] for state in states}


def test_each_kind_of_trouble_is_found(check):
    assert troubles(check()) == {
        ("Post", "auth.password"): ["shape"],
        ("Post", "tls.client_key"): ["exposed"],
        ("alice@acme.example", "auth.password"): ["shape", "shared"],
        ("bob@acme.example", "auth.password"): ["shape", "shared"],
        ("carol@acme.example", "auth.password"): ["missing"],
    }


def test_no_secret_is_in_the_outcome(check):
    assert "canary" not in repr(check(older_than=1))


@pytest.mark.parametrize(("days", "old"), [(150, True), (151, False)])
def test_old_is_more_days_than_asked_for(check, days, old):
    (state,) = [s for s in check(older_than=days) if s.name == "Post" and s.field == "auth.password"]
    assert ("old" in [trouble.kind for trouble in state.troubles]) is old
    assert state.changed is not None
    assert state.changed.date() == date(2026, 1, 1)


def test_many_who_share_are_counted(folder, check):
    people = "".join(f"  - {{email: p{number}@acme.example}}\n" for number in range(10))
    (folder / "mailspec.yml").write_text(SPEC + people)
    for number in range(10):
        (folder / f"secrets/p{number}@acme.example").write_text("canary-many")
    (state,) = [state for state in check() if state.name == "p0@acme.example"]
    (shared,) = [trouble for trouble in state.troubles if trouble.kind == "shared"]
    assert shared.message == "the same secret as p1@acme.example, p2@acme.example, p3@acme.example and 6 more"


def test_who_has_no_password_is_non_authenticated(folder, check):
    (folder / "mailspec.yml").write_text(SPEC.replace(', account: {password: {file: "secrets/{email}"}}', ""))
    states = [state for state in check() if state.kind == "user"]
    assert {state.name for state in states} == {"alice@acme.example", "bob@acme.example", "carol@acme.example"}
    assert all("Non-Authenticated" in state.troubles[0].message for state in states)


def test_nothing_outside_the_limits_is_read(folder, check):
    limits = folder / "limits.yml"
    limits.write_text("version: 1\nsecrets: ['env:*']\n")
    with pytest.raises(ApplyRefusedError):
        check(limits_file=str(limits))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" canary-one\n", "a blank at its start"),
        ("canary-one\n\n", "a line end at its end"),
        ("\ufeffcanary-one", "a byte order mark at its start"),
        ('"canary-one"\n', "quotes around it"),
        ("\u201ccanary-one\u201d", "quotes around it"),
        ("canary\u00a0one", "a no-break space in it"),
        ("canary one", None),
    ],
)
def test_what_stands_around_a_secret_is_reported_by_its_kind(folder, check, text, words):
    (folder / "secrets/post").write_text(text)
    (state,) = [state for state in check() if state.name == "Post" and state.field == "auth.password"]
    found = [trouble for trouble in state.troubles if trouble.code == "MS306"]
    assert [trouble.message for trouble in found] == ([f"it has {words}"] if words else [])


EVERYWHERE = """\
version: 1
instance: {name: Acme, id: acme}
configurations:
  - {name: Post, state: active, host: localhost, port: 25, security: none, from: noreply@acme.example}
groups:
  - {name: Idle, account: {password: {file: secrets/idle}}}
general:
  users: {mode: outlook, account: {password: {file: secrets/all}}}
targets:
  - {name: monitoring, type: zabbix, url: "https://zabbix.acme.example", token: {file: secrets/token}}
  - {name: app, type: env_file, path: app.env}
"""


@pytest.fixture
def everywhere(tmp_path):
    (tmp_path / "mailspec.yml").write_text(EVERYWHERE)
    (tmp_path / "secrets").mkdir()
    return tmp_path


def test_every_reference_is_checked_whoever_names_it(everywhere, cli):
    (everywhere / "secrets/token").write_text('"canary-token"\n')
    ran = cli("secret", "check", "--format", "json", cwd=everywhere)
    states = {
        (entry["kind"], entry["name"], entry["field"]): [trouble["kind"] for trouble in entry["troubles"]]
        for entry in json.loads(ran.out)["secrets"]
    }
    assert states == {
        ("target", "monitoring", "token"): ["exposed", "edges"],
        ("group", "Idle", "account.password"): ["missing"],
        ("general", "general", "users.account.password"): ["missing"],
    }
    assert ran.code == 1
    assert "canary" not in ran.out + ran.err


def test_a_target_alone_can_be_checked(everywhere, cli):
    (everywhere / "secrets/token").write_text("canary-token")
    (everywhere / "secrets/token").chmod(0o600)
    ran = cli("secret", "check", "target:monitoring", cwd=everywhere)
    assert (ran.code, "1 present." in ran.out) == (0, True), ran.out + ran.err
    assert cli("secret", "check", "target:none", cwd=everywhere).code == 2


def test_a_targets_secret_is_read_by_validate_and_held_to_the_limits(everywhere, cli):
    ran = cli("validate", "--with-secrets", cwd=everywhere)
    assert "MS302" in ran.out
    assert "target:monitoring" in cli("validate", "--with-secrets", "--format", "json", cwd=everywhere).out
    (everywhere / "limits.yml").write_text("version: 1\nsecrets: ['env:*']\n")
    assert cli("secret", "check", "target:monitoring", "--limits", "limits.yml", cwd=everywhere).code == 5
