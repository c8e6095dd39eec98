"""Rotation: the old secret stays unless a real server has accepted the new one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mailspec.outcome.mail import TestResult as Result
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.secret import Secret
from mailspec.resolve import Resolver, effective
from mailspec.workflow.project import UsageError, open_project
from mailspec.workflow.secrets import secret_setting
from mailspec.workflow.secrets.secret_setting import place_of, set_secret

SPEC = """\
version: 1
instance: {name: Acme}
configurations:
  - name: Main
    host: localhost
    port: 2525
    security: none
    auth: {method: plain, username: noreply@acme.example, password: {file: secrets/main}}
  - name: Post
    state: inactive
    provider: sendgrid
    auth: {username: apikey, password: {file: secrets/post}}
    from: noreply@acme.example
general:
  users: {mode: smtp, account: {password: {file: "secrets/{email}"}}}
groups:
  - {name: field, members: [bob@acme.example], account: {password: {file: secrets/field}}}
users:
  - {email: Alice@acme.example}
  - {email: carol@acme.example, account: {password: {env: CAROL}}}
  - {email: dan@acme.example, mode: outlook}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "mailspec.yml").write_text(SPEC)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/main").write_text("old\n")
    return open_project(str(tmp_path))


@pytest.fixture
def place(project):
    def find(kind: str, name: str, field: str = "auth.password"):
        spec = project.spec(None)
        return place_of(spec, effective(Resolver(spec), kind, name), field)

    return find


def answer(status, stage="auth", **more):
    return lambda account: Result(account.name, account.kind, status, stage=stage, **more)


def kept(project) -> str:
    return (Path(project.root) / "secrets/main").read_text()


def test_the_new_secret_is_tried_and_then_stored(project, place):
    tried = []

    def sign_in(account):
        tried.append((account.username, account.password, kept(project)))
        return Result(account.name, account.kind, "passed")

    change = set_secret(place("configuration", "Main"), Secret("new"), sign_in)
    assert tried == [("noreply@acme.example", Secret("new"), "old\n")]
    assert (change.status, kept(project)) == ("stored", "new\n")


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (answer("failed", server_reply="535 5.7.8"), "does not accept"),
        (answer("failed", "connect", reason="connection refused"), "could not be tried: connection refused"),
        (answer("skipped", None, reason="mode office365"), "could not be tried: mode office365"),
    ],
)
def test_a_secret_that_was_not_accepted_leaves_the_old_one(project, place, result, words):
    change = set_secret(place("configuration", "Main"), Secret("canary"), result)
    assert (change.status, kept(project)) == ("refused", "old\n")
    assert words in change.reason
    assert "canary" not in repr(change)


def test_without_a_sign_in_it_is_stored_untried(project, place):
    change = set_secret(place("configuration", "Main"), Secret("new"), None)
    assert (change.status, change.test, kept(project)) == ("stored", None, "new\n")


def test_a_secret_of_a_certainly_wrong_shape_is_not_even_tried(project, place):
    change = set_secret(place("configuration", "Post"), Secret("canary no key"), answer("passed"))
    assert change.status == "refused"
    assert "MS203" in change.reason
    assert "canary" not in repr(change)
    assert not (Path(project.root) / "secrets/post").exists()


def test_what_cannot_be_stored_leaves_the_old_one(project, place, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mailspec.files.writing.os.replace", full)
    change = set_secret(place("configuration", "Main"), Secret("new"), None)
    assert (change.status, kept(project)) == ("failed", "old\n")


def test_what_reads_back_otherwise_is_put_back(project, place, monkeypatch):
    real = secret_setting.store

    def store(reference, secret, base, environ):
        changed = Secret("cut") if secret == Secret("new") else secret
        return real(reference, changed, base, environ)

    monkeypatch.setattr(secret_setting, "store", store)
    change = set_secret(place("configuration", "Main"), Secret("new"), None)
    assert (change.status, kept(project)) == ("failed", "old\n")
    assert "put back" in change.reason


def test_a_pattern_is_filled_in(place):
    found = place("user", "alice@acme.example")
    assert (found.shown, found.serves) == ("file secrets/alice@acme.example", "")


@pytest.mark.parametrize(
    ("kind", "name", "field", "words"),
    [
        ("user", "dan@acme.example", "auth.password", "mode outlook has none"),
        ("configuration", "Main", "tls.client_key", "declares no tls.client_key"),
        ("configuration", "Main", "host", "is no secret"),
    ],
)
def test_what_has_no_secret_is_reported(place, kind, name, field, words):
    with pytest.raises(UsageError, match=words):
        place(kind, name, field)


def test_what_others_keep_is_refused(place):
    found = place("user", "carol@acme.example")
    assert isinstance(found, Refusal)
    assert "'env'" in found.message


def test_a_groups_secret_names_whom_it_serves(project, tmp_path):
    (tmp_path / "mailspec.yml").write_text(SPEC + "  - {email: bob@acme.example}\n")
    spec = open_project(str(tmp_path)).spec(None)
    found = place_of(spec, effective(Resolver(spec), "user", "bob@acme.example"))
    assert not isinstance(found, Refusal)
    assert found.serves == "all of group:field"


@pytest.mark.parametrize("ignored", ["", "secrets\n", "secrets\n!secrets\n"])
def test_nothing_is_written_to_where_git_would_commit_it(project, place, tmp_path, ignored):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text(ignored)
    found = place("configuration", "Main")
    if ignored == "secrets\n":
        assert not isinstance(found, Refusal)
        return
    assert (found.rule, found.exit) == ("secret-in-git", 5)
    assert "secrets/main lies in the repository" in found.message
