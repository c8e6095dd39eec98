"""What pipelines and editors expect of validate: short formats, counts, standard input, silencing, colour on demand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TEXT = """version: 1
configurations:
  - name: Zoë
    host: smtp.acme.example
    port: 25
    from: a@acme.example
  - name: B
    host: smtp.acme.example
    port: 465
    security: starttls
    from: a@acme.example
policy: {require_tls: yes}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "mailspec.yml").write_text(TEXT, encoding="utf-8")
    return tmp_path


def findings(cli, project) -> list[dict]:
    return cli("validate", "--format", "json", cwd=project).json["findings"]


def test_concise_is_a_line_a_finding(cli, project):
    ran = cli("validate", "--format", "concise", cwd=project)
    assert ran.code == 1
    assert len(ran.out.splitlines()) == len(findings(cli, project))
    assert "mailspec.yml:9:11: error MS101 port-security-mismatch: Port 465 and security starttls disagree." in ran.out


def test_rdjson_has_columns_in_bytes_and_the_safe_fixes(cli, project):
    text = TEXT.replace("from: a@acme.example\n  - name: B", "from: {email: a@acme.example, é: 1}\n  - name: B")
    (project / "mailspec.yml").write_text(text, encoding="utf-8")
    report = cli("validate", "--format", "rdjson", cwd=project).json
    assert report["source"] == {"name": "mailspec"}
    by_code = {entry["code"]["value"]: entry for entry in report["diagnostics"]}
    place = {"start": {"line": 9, "column": 11}, "end": {"line": 9, "column": 14}}
    assert by_code["MS101"]["location"] == {"path": "mailspec.yml", "range": place}
    assert (by_code["MS101"]["severity"], by_code["MS101"]["suggestions"][0]["text"]) == ("ERROR", "587")
    # The key é has one character and two bytes.
    start, end = (by_code["MS004"]["location"]["range"][side]["column"] for side in ("start", "end"))
    assert end - start == 2


def test_statistics_count_instead_of_showing(cli, project):
    ran = cli("validate", "--statistics", cwd=project)
    assert "1  error   MS101 port-security-mismatch (1 with --fix)" in ran.out.splitlines()
    assert ran.out.splitlines()[-1].startswith("1 file: ")
    assert "help:" not in ran.out


def stdin(folder: Path, text: str, *words: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("mailspec")
    command = [program, "validate", *words]
    return subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True, check=False)


def test_standard_input_stands_for_a_file_of_the_project(project):
    text = TEXT.replace("port: 465", "port: 587").replace("yes", "true")
    done = stdin(project, text, "-", "--stdin-filename", "mailspec.yml", "--format", "concise")
    assert ("MS101" in done.stdout, "MS003" in done.stdout, "MS103" in done.stdout) == (False, False, True)
    assert (project / "mailspec.yml").read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-",), "needs --stdin-filename"),
        (("--stdin-filename", "mailspec.yml"), "goes with - as the only PATH"),
        (("-", "--stdin-filename", "mailspec.yml", "--fix"), "cannot be changed"),
        (("-", "--stdin-filename", "gone.yml"), "gone.yml does not exist"),
        (("--fix", "--add-ignore", "why"), "two runs"),
        (("--add-ignore", " "), "An argument is empty"),
    ],
)
def test_wrong_use_is_reported(project, words, message):
    done = stdin(project, "", *words)
    assert (done.returncode, message in done.stderr) == (2, True)


def test_add_ignore_silences_with_the_reason_what_may_be_silenced(cli, project):
    ran = cli("validate", "--add-ignore", "until the relay is new", cwd=project)
    text = (project / "mailspec.yml").read_text(encoding="utf-8")
    assert "    # mailspec: ignore[MS101] until the relay is new\n    port: 465\n" in text
    assert ran.code == 1
    codes = {entry["code"] for entry in findings(cli, project) if not entry["suppressed"]}
    # Errors of form stay, and nothing else was touched.
    assert ("MS101" in codes, "MS003" in codes, "MS007" in codes) == (False, True, False)
    assert [line for line in text.splitlines() if "mailspec: ignore" not in line] == TEXT.splitlines()


@pytest.mark.parametrize(
    ("words", "environ", "coloured"),
    [
        ((), {}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"CLICOLOR_FORCE": "1"}, True),
        ((), {"FORCE_COLOR": "0"}, False),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_is_where_it_is_asked_for(cli, project, monkeypatch, words, environ, coloured):
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in cli("validate", *words, cwd=project).out) == coloured


@pytest.mark.parametrize(("program", "linked"), [("vscode", True), ("Apple_Terminal", False)])
def test_codes_are_links_in_terminals_that_show_them(cli_at_terminal, project, monkeypatch, program, linked):
    monkeypatch.setenv("TERM_PROGRAM", program)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION"):
        monkeypatch.delenv(name, raising=False)
    _, screen = cli_at_terminal(project, "validate")
    assert ("\x1b]8;;file://" in screen and "MS101.md" in screen) == linked


def test_sarif_has_only_the_rules_that_it_uses(cli, project):
    run = cli("validate", "--format", "sarif", cwd=project).json["runs"][0]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {result["ruleId"] for result in run["results"]}


def test_a_test_message_to_me_goes_to_the_address_of_git(cli, tmp_path, monkeypatch):
    account = "{name: A, state: active, host: 127.0.0.1, port: 9, security: none, from: a@acme.example}"
    policy = "policy: {allowed_recipients: ['*@acme.example']}"
    (tmp_path / "mailspec.yml").write_text(f"version: 1\nconfigurations: [{account}]\n{policy}\n")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    unknown = cli("test", "--to", "me", cwd=tmp_path)
    assert (unknown.code, "Git knows no address" in unknown.err) == (2, True)
    subprocess.run(["git", "-C", tmp_path, "config", "user.email", "me@other.example"], check=True)
    forbidden = cli("test", "--to", "me", cwd=tmp_path)
    assert (forbidden.code, "me@other.example" in forbidden.err) == (5, True)
