"""Staging cannot write to real people: policy.allowed_recipients in every command that sends, against real Postfix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.service("postfix")

REAL = "customer@other.example"
REST = """\
general:
  users: {{mode: smtp, account: {{password: {{env: ALICE}}}}}}
  bulk: {{mode: smtp, mobile_from: alice@acme.example}}
mailings:
  - {{name: letter, mode: general, send_as: team@acme.example}}
targets:
  - {{name: hub, type: env_file, path: hub.env, dialect: systemd}}
policy: {{test_recipients: [{declared}], allowed_recipients: ["*@acme.example"]}}
"""
SENDING = {
    "test": ("test", "--to", REAL),
    "test a person": ("test", "user:alice@acme.example", "--to", REAL),
    "test a mailing": ("test", "mailing:letter", "--to", REAL),
    "test bulk": ("test", "bulk", "--to", REAL),
    "test mobile": ("test", "mobile", "--to", REAL),
    "test all": ("test", "--all", "--to", REAL),
    "probe": ("probe", "--to", REAL),
    "probe all": ("probe", "--all", "--to", REAL),
    "apply": ("apply", "--auto-approve", "--test-to", REAL),
}
Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, mail_server: Any, office: Callable[[str], str], cli: Run) -> Run:
    (tmp_path / "users").mkdir()
    (tmp_path / "users/alice.yml").write_text("users: [{email: alice@acme.example}]\n")

    def run(*args: str, own: str = "", declared: str = "bob@acme.example") -> Any:
        (tmp_path / "mailspec.yml").write_text(office(own) + REST.format(declared=declared))
        (tmp_path / "environments").mkdir(exist_ok=True)
        (tmp_path / "environments/staging.yml").write_text("policy: {allowed_recipients: [bob@acme.example]}\n")
        ran = cli(*args, cwd=tmp_path, env={"ALICE": "alice's s3cret + word", "MAILSPEC_ENVIRONMENT": "base"})
        assert REAL not in mail_server.log()
        return ran

    return run


@pytest.mark.parametrize("words", SENDING.values(), ids=SENDING)
def test_a_recipient_on_the_command_line(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert ran.code == 5
    assert f"'{REAL}' is not among policy.allowed_recipients" in ran.err
    assert not (tmp_path / "hub.env").exists()


@pytest.mark.parametrize("words", [("test",), ("test", "--all"), ("apply", "--auto-approve")])
def test_a_recipient_that_is_declared(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words, declared=REAL)
    assert ran.code == 1
    assert "MS803" in ran.out


def test_a_rollback_is_held_to_it(run: Run) -> None:
    later = "ehlo_name: hub.acme.example"
    for own in ("", later):
        assert run("apply", "--auto-approve", "--no-test", own=own).code == 0
    ran = run("rollback", "--auto-approve", "--test-to", REAL, own=later)
    assert (ran.code, "recipient-not-allowed" in ran.err) == (5, True)
    ran = run("rollback", "--auto-approve", own=later, declared=REAL)
    assert (ran.code, "MS803" in ran.out) == (1, True)


@pytest.mark.parametrize("field", ["To", "Cc", "bCC", "Resent-To", "Resent-Cc", "Resent-Bcc", "Apparently-To"])
@pytest.mark.parametrize("words", [("test",), ("probe",), ("apply", "--auto-approve")], ids=" ".join)
def test_a_recipient_in_a_header(run: Run, field: str, words: tuple[str, ...]) -> None:
    ran = run(*words, own=f"headers: {{{field}: 'Bob <bob@acme.example>, {REAL}'}}")
    assert ran.code == 1
    assert "MS803" in ran.out


def test_such_a_field_is_refused_even_where_the_policy_allows_it(run: Run) -> None:
    ran = run("test", own="headers: {Bcc: bob@acme.example}")
    assert (ran.code, "MS003" in ran.out) == (1, True)


@pytest.mark.parametrize("more", [f", {REAL}", f"\r\nRCPT TO:<{REAL}>", f">\r\nRCPT TO:<{REAL}", f" {REAL}"])
def test_a_second_recipient_behind_the_first(run: Run, more: str) -> None:
    assert run("test", "--to", f"bob@acme.example{more}").code in (2, 5)
    assert run("test", "--to", f"{more.strip(', >')}@acme.example").code in (2, 5)


@pytest.mark.parametrize("column", ["from", "username"])
def test_a_recipient_in_a_table(run: Run, tmp_path: Path, column: str) -> None:
    hidden = f'"bob@acme.example>\r\nRCPT TO:<{REAL}"'
    (tmp_path / "people.csv").write_text(f"email,mode,{column}\r\ncarol@acme.example,smtp,{hidden}\r\n", newline="")
    refused = run("import", "people.csv", "--write").code == 1
    # A user name may be anything, but none that is no address becomes a From.
    assert refused == (column == "from")
    assert refused != (tmp_path / "users/people.yml").exists()
    # The same, past the table and straight into a file.
    (tmp_path / "users/people.yml").unlink(missing_ok=True)
    (tmp_path / "users/carol.yml").write_text(
        f'users: [{{email: carol@acme.example, account: {{{column}: "bob@acme.example>\\r\\nRCPT TO:<{REAL}"}}}}]\n'
    )
    assert run("test", "user:carol@acme.example", "--to", "bob@acme.example").code == 1


def test_an_environment_may_be_narrower(run: Run) -> None:
    assert run("test", "--to", "team@acme.example").code == 0
    assert run("test", "--to", "team@acme.example", "-E", "staging").code == 5
    assert run("test", "--to", "bob@acme.example", "-E", "staging").code == 0
