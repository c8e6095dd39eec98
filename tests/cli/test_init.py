"""``mailspec init``: a starter that is clean as it is, and that overwrites nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest

SCHEMAS = Path(__file__).parents[2] / "schemas/output"


@pytest.fixture
def files():
    """Return a function that lists a folder's files with their content."""

    def listed(folder):
        return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}

    return listed


def test_the_starter_is_clean_even_strictly(cli, tmp_path, files):
    ran = cli("init", tmp_path / "hub")
    assert ran.code == 0
    assert set(files(tmp_path / "hub")) == {"mailspec.yml", "configurations/primary.yml", ".gitignore"}
    report = cli("validate", tmp_path / "hub", "--strict", "--format", "json")
    assert report.code == 0
    assert report.json["findings"] == []


def test_it_says_what_it_made_and_what_comes_next(cli, tmp_path):
    out = cli("init", "hub", cwd=tmp_path).out
    assert "Created hub/configurations/primary.yml\n" in out
    assert "  cd hub\n" in out
    for command in ("validate", "test --to", "plan", "apply"):
        assert f"mailspec {command}" in out
    assert [line for line in out.split("\n") if len(line) > 80] == []


def test_here_is_the_default(cli, tmp_path, files):
    assert cli("init", cwd=tmp_path).code == 0
    assert "mailspec.yml" in files(tmp_path)
    assert cli("validate", cwd=tmp_path).code == 0


def test_it_says_where_the_state_of_a_pipeline_belongs(cli, tmp_path):
    assert "outside the checkout: set MAILSPEC_STATE_URL" in cli("init", tmp_path).out


REST = "secrets/\n.env*\n.mailspec-write-*\n"


def test_the_state_secrets_and_what_a_killed_run_leaves_are_ignored_by_git(cli, tmp_path, files):
    cli("init", tmp_path)
    assert files(tmp_path)[".gitignore"] == ".mailspec/\n" + REST


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("*.pyc\n", "*.pyc\n.mailspec/\n" + REST),
        ("*.pyc", "*.pyc\n.mailspec/\n" + REST),
        ("/.mailspec/\n", "/.mailspec/\n" + REST),
        ("/.env*\nsecrets/\n.mailspec/\n", "/.env*\nsecrets/\n.mailspec/\n.mailspec-write-*\n"),
        ("", ".mailspec/\n" + REST),
    ],
)
def test_lines_that_git_ignores_already_stay(cli, tmp_path, before, after):
    (tmp_path / ".gitignore").write_text(before)
    assert cli("init", tmp_path).code == 0
    assert (tmp_path / ".gitignore").read_text() == after


@pytest.mark.parametrize("name", ["mailspec.yml", "configurations/primary.yml"])
def test_what_exists_is_not_overwritten(cli, tmp_path, files, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine\n")
    ran = cli("init", tmp_path)
    assert (ran.code, ran.out) == (5, "")
    assert name in ran.err
    assert files(tmp_path) == {name: "mine\n"}


def test_a_link_to_nowhere_counts_as_existing(cli, tmp_path):
    (tmp_path / "mailspec.yml").symlink_to(tmp_path / "nowhere.yml")
    assert cli("init", tmp_path).code == 5
    assert not (tmp_path / "nowhere.yml").exists()


def test_a_second_time_changes_nothing(cli, tmp_path, files):
    cli("init", tmp_path)
    once = files(tmp_path)
    assert cli("init", tmp_path).code == 5
    assert files(tmp_path) == once


def test_json(cli, tmp_path):
    held = cli("init", tmp_path, "--format", "json").json
    assert held == {
        "version": 1,
        "created": ["mailspec.yml", "configurations/primary.yml", ".gitignore"],
        "changed": [],
    }


def test_where_a_file_stands_no_folder_can_be_made(cli, tmp_path):
    (tmp_path / "hub").write_text("a file")
    ran = cli("init", tmp_path / "hub")
    assert ran.code == 2
    assert "hub" in ran.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(cli, tmp_path):
    (tmp_path / "shut").mkdir(mode=0o500)
    assert cli("init", tmp_path / "shut").code == 2


def test_json_fits_its_published_schema(cli, tmp_path):
    schema = json.loads((SCHEMAS / "init.json").read_text(encoding="utf-8"))
    jsonschema.validate(cli("init", tmp_path, "--format", "json").json, schema)


def test_a_project_for_a_provider_an_application_and_people(cli, tmp_path, files):
    ran = cli(
        *("init", "hub", "--provider", "gmail", "--sender", "me@acme.example", "--application", "setget"),
        *("--path", "/srv/app/.env", "--person", "alice@acme.example", "--person", "bob@acme.example"),
        cwd=tmp_path,
    )
    assert ran.code == 0
    made = files(tmp_path / "hub")
    assert "provider: gmail" in made["configurations/primary.yml"]
    assert 'path: "/srv/app/.env"' in made["targets/application.yml"]
    assert made["users/people.yml"].count("email:") == 2
    assert 'keyring: "hub/{email}"' in made["mailspec.yml"]
    report = cli("validate", tmp_path / "hub", "--strict", "--format", "json")
    assert report.code == 0


@pytest.mark.parametrize(
    ("words", "name"),
    [(("sendgrid",), "apikey"), (("gmail",), "me@acme.example"), (("mail.acme.example", "--username", "x"), "x")],
)
def test_the_user_name_is_what_the_provider_wants(cli, tmp_path, files, words, name):
    assert cli("init", tmp_path, "--sender", "me@acme.example", "--provider", *words).code == 0
    assert f"username: {name}\n" in files(tmp_path)["configurations/primary.yml"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--provider", "gmial", "--sender", "x@acme.example"), "Did you mean gmail?"),
        (("--provider", "ses", "--sender", "x@acme.example"), "several hosts"),
        (("--provider", "gmail"), "--sender wants an e-mail address"),
        (("--provider", "gmail", "--sender", "x"), "--sender wants an e-mail address"),
        (("--provider", "gmail", "--sender", "x@acme.example", "--person", "y"), "--person wants an e-mail address"),
        (("--provider", "gmail", "--sender", "x@acme.example", "--application", "setgte"), "Did you mean setget?"),
        (("--application", "setget"), "--provider NAME"),
        (("--import", "nothing.ini"), "cannot be read"),
    ],
)
def test_an_answer_that_cannot_be_is_wrong_use(cli, tmp_path, files, words, message):
    ran = cli("init", tmp_path, *words)
    assert ran.code == 2
    assert message in ran.err
    assert files(tmp_path) == {}


def test_answers_that_do_not_validate_are_not_written(cli, tmp_path, files):
    ran = cli("init", tmp_path, "--provider", "gmail", "--sender", "me@acme.example", "--username", "me")
    assert (ran.code, files(tmp_path)) == (1, {})
    assert "MS202" in ran.out


def test_what_is_there_is_taken_over(cli, tmp_path, files):
    (tmp_path / ".env").write_text(
        "SETGET_SMTP_HOST=mail.acme.example\nSETGET_SMTP_PORT=465\nSETGET_SMTP_USERNAME=me@acme.example\n"
        "SETGET_SMTP_PASSWORD=s3cret\nSETGET_SMTP_FROM_EMAIL=me@acme.example\n"
    )
    ran = cli("init", "hub", "--import", ".env", cwd=tmp_path)
    assert (ran.code, "Recorded as in force" in ran.err) == (0, True)
    texts = "".join(path.read_text() for path in (tmp_path / "hub").rglob("*.yml"))
    assert "s3cret" not in ran.out + ran.err + texts
    schema = json.loads((SCHEMAS / "init.json").read_text(encoding="utf-8"))
    jsonschema.validate(cli("init", "again", "--import", ".env", "--format", "json", cwd=tmp_path).json, schema)
    assert "No changes." in cli("plan", "--detailed-exitcode", cwd=tmp_path / "hub").out


def test_at_a_terminal_it_asks(cli_at_terminal, tmp_path):
    (tmp_path / "old.env").write_text("SMTP_HOST=old.acme.example\nSMTP_PORT=465\nSMTP_FROM=old@acme.example\n")
    code, screen = cli_at_terminal(
        tmp_path,
        # A source that is given is not looked for on the machine.
        *("init", "hub", "--ask", "--import", "old.env"),
        answers=[
            ("Mail provider", lambda: "gmail"),
            ("Address that mail comes from", lambda: "me@acme.example"),
            ("User name", lambda: ""),
            ("Program to configure", lambda: "generic"),
            ("Its file", lambda: "app.env"),
            ("People's addresses", lambda: "alice@acme.example, bob@acme.example"),
        ],
    )
    assert code == 0, screen
    hub = tmp_path / "hub"
    assert 'path: "../app.env"' in (hub / "targets/application.yml").read_text()
    assert "bob@acme.example" in (hub / "users/people.yml").read_text()
    assert "state: inactive" in (hub / "configurations/env.yml").read_text()


def test_without_a_terminal_nothing_is_asked(cli, tmp_path, files):
    assert cli("init", tmp_path).code == 0
    assert "mail.acme.example" in files(tmp_path)["configurations/primary.yml"]


@pytest.mark.parametrize(
    ("flag", "owner"), [("--sender", "--provider"), ("--username", "--provider"), ("--path", "--application")]
)
def test_an_answer_that_nothing_takes_is_refused_and_nothing_is_written(cli, tmp_path, flag, owner):
    made = cli("init", "p", flag, "hub@acme.example", cwd=tmp_path)
    assert made.code == 2
    assert f"{flag} belongs to {owner}, which is not given." in made.err
    assert not (tmp_path / "p").exists()
