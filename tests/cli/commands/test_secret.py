"""``mailspec secret`` as people and pipelines type it: at a terminal, by standard input, against real mail servers."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest

MAIN = """\
version: 1
instance: {{name: Acme}}
configurations:
  - name: Main
    host: 127.0.0.1
    port: {port}
    security: {security}
    tls: {{ca_file: {ca_file}, server_name: {server_name}}}
    auth: {{method: plain, username: {user}, password: {{file: password}}}}
"""


@pytest.fixture
def project(tmp_path):
    text = MAIN.format(
        port=1, security="starttls", ca_file="ca.pem", server_name="mail.acme.example", user="a@acme.example"
    )
    (tmp_path / "mailspec.yml").write_text(text)
    (tmp_path / "password").write_text("old\n")
    (tmp_path / "password").chmod(0o600)
    return tmp_path


def at_a_terminal(folder: Path, *args: str, typed: tuple[str, ...]) -> tuple[int, str]:
    """Run mailspec at a terminal of its own; type one line at each prompt. Returns exit code and screen."""
    program = Path(sys.executable).with_name("mailspec")
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execv(program, [str(program), *args])
    screen, lines = "", list(typed)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        screen += piece.decode()
        if lines and screen.rstrip(" ").endswith(":"):
            time.sleep(0.2)  # the prompt comes before the echo is off
            os.write(terminal, lines.pop(0).encode() + b"\n")
            screen += "\n"
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), screen


def test_it_asks_twice_without_echo(project):
    code, screen = at_a_terminal(project, "secret", "set", "Main", "--no-test", typed=("canary-pty", "canary-pty"))
    assert (code, (project / "password").read_text()) == (0, "canary-pty\n"), screen
    assert "New password" in screen
    assert "Confirmation" in screen
    assert "canary" not in screen


def test_two_that_differ_are_asked_again(project):
    typed = ("canary-a", "canary-b", "canary-c", "canary-c")
    code, screen = at_a_terminal(project, "secret", "set", "Main", "--no-test", typed=typed)
    assert (code, (project / "password").read_text()) == (0, "canary-c\n"), screen
    assert "canary" not in screen


def test_without_a_terminal_nothing_is_asked(cli_process, project):
    ran = cli_process("secret", "set", "Main", "--no-test", cwd=project)
    assert ran.code == 5
    assert "--stdin" in ran.err
    assert (project / "password").read_text() == "old\n"


@pytest.mark.parametrize(("stdin", "stored"), [("new", "new\n"), ("new\n", "new\n"), (" 01 \r\n", " 01 \n")])
def test_standard_input_is_taken_without_its_last_newline(cli_process, project, stdin, stored):
    ran = cli_process("secret", "set", "Main", "--stdin", "--no-test", cwd=project, stdin=stdin)
    assert (ran.code, (project / "password").read_text()) == (0, stored), ran.err


def test_empty_standard_input_is_refused(cli_process, project):
    assert cli_process("secret", "set", "Main", "--stdin", "--no-test", cwd=project).code == 5
    assert (project / "password").read_text() == "old\n"


def test_a_server_that_cannot_be_reached_leaves_the_old_one(cli_process, project, as_published):
    ran = cli_process("secret", "set", "Main", "--stdin", "--format", "json", cwd=project, stdin="canary-new")
    reply = as_published("secret-set", ran.json)
    assert (ran.code, reply["status"], reply["test"]["status"]) == (1, "refused", "failed")
    assert (project / "password").read_text() == "old\n"
    assert "canary" not in ran.out + ran.err


def test_an_unknown_name_is_wrong_use(cli_process, project):
    assert cli_process("secret", "set", "Man", "--stdin", cwd=project, stdin="x").code == 2


def test_the_limits_hold(cli_process, project):
    (project / "limits.yml").write_text('version: 1\nsecrets: ["env:*"]\n')
    ran = cli_process("secret", "set", "Main", "--stdin", "--limits", "limits.yml", cwd=project, stdin="x")
    assert (ran.code, (project / "password").read_text()) == (5, "old\n")
    assert cli_process("secret", "check", "--limits", "limits.yml", cwd=project).code == 5


def test_check_says_what_is_wrong_and_shows_nothing(cli, project, as_published):
    good = cli("secret", "check", "-v", cwd=project)
    assert (good.code, "1 present." in good.out) == (0, True), good.out
    (project / "password").write_text("canary-check")
    (project / "password").chmod(0o644)
    bad = cli("secret", "check", "--format", "json", cwd=project)
    assert (
        bad.code,
        [trouble["code"] for trouble in as_published("secret-check", bad.json)["secrets"][0]["troubles"]],
    ) == (1, ["MS303"])
    assert "canary" not in bad.out + bad.err


def test_check_finds_what_is_old(cli, project):
    os.utime(project / "password", (0, 0))
    ran = cli("secret", "check", "--older-than", "90", "--as-of", "2026-01-01", cwd=project)
    assert ran.code == 1
    assert "1 old" in ran.out


@pytest.mark.service("postfix")
@pytest.mark.parametrize("listener", ["tls", "starttls"])
def test_rotation_against_a_real_server(cli_process, mail_server, tmp_path, listener):
    account = mail_server.account(listener)
    text = MAIN.format(
        port=account.port,
        security=account.security,
        ca_file=account.ca_file,
        server_name=account.server_name,
        user=account.username,
    )
    (tmp_path / "mailspec.yml").write_text(text)
    (tmp_path / "password").write_text("old\n")
    refused = cli_process("secret", "set", "Main", "--stdin", cwd=tmp_path, stdin="canary-wrong")
    assert refused.code == 1, refused.out
    assert "does not accept the new secret" in refused.out
    assert "canary" not in refused.out + refused.err
    assert (tmp_path / "password").read_text() == "old\n"
    right = account.password.reveal()
    stored = cli_process("secret", "set", "Main", "--stdin", cwd=tmp_path, stdin=right)
    assert stored.code == 0, stored.out + stored.err
    assert "the server accepted it" in stored.out
    assert (tmp_path / "password").read_text() == right + "\n"
