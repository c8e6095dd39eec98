"""``mailspec validate`` as a command: exit codes, JSON, options, fixing."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

CLEAN = "version: 1\nconfigurations: [{name: A, host: smtp.acme.example, from: a@acme.example}]\n"
WARNING = CLEAN.replace("host:", "port: 25, host:")
ERROR = CLEAN + "colour: blue\n"
FIXABLE = CLEAN + "policy: {require_tls: yes}  # \u00e9\n"


@pytest.fixture
def put(tmp_path):
    def write(text: str, name: str = "mailspec.yml") -> Path:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


@cache
def schema(root: Path) -> Draft202012Validator:
    return Draft202012Validator(json.loads((root / "schemas/output/validate.json").read_text()))


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (CLEAN, (), 0),
        (WARNING, (), 0),
        (WARNING, ("--strict",), 1),
        (ERROR, (), 1),
        (ERROR, ("-q",), 1),
        ("version: 1\nx: [\n", (), 1),
        (CLEAN, ("--strict", "--with-env", "--with-secrets"), 0),
        (CLEAN, ("--diff",), 2),
        (CLEAN, ("--unsafe",), 2),
        (CLEAN, ("--as-of", "soon"), 2),
        (CLEAN, ("-E", "nowhere"), 2),
        (CLEAN, ("gone.yml",), 2),
        (CLEAN, ("--project", "gone"), 2),
        (CLEAN, ("--format", "xml"), 2),
        (FIXABLE, ("--fix", "--diff"), 1),
        (ERROR, ("--fix", "--diff"), 1),
        (FIXABLE, ("--fix",), 0),
        (ERROR, ("--fix",), 1),
        (WARNING, ("--fix", "--strict"), 1),
    ],
)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_exit_codes(cli, put, text, options, code, format_):
    ran = cli("validate", "--format", format_, *options, cwd=put(text))
    assert ran.code == code, ran
    assert "Traceback" not in ran.err


def test_no_spec_files(cli, tmp_path):
    ran = cli("validate", cwd=tmp_path)
    assert (ran.code, ran.out) == (4, "")
    assert "No spec files" in ran.err


HARD = {
    "mailspec.yml": "version: 1\nconfigurations:\n  - name: A\n    port: '465'\n    security: starttls\n    hsot: é\n"
    "    auth: {password: hunter2}\npolicy: {require_tls: yes}\n",
    "users/a.yml": "users: [\n",
    "users/b.yml": "users:\n  - {email: b@acme.example}\n  - {email: B@acme.example}  # mailspec: ignore[MS103]\n",
    "environments/s.yml": "configurations: [{name: A, port: 25}]  # mailspec: ignore[MS103] for a while\n",
}


def test_json_fits_its_schema(cli, root, put, tmp_path):
    for name, text in HARD.items():
        put(text, name)
    ran = cli("validate", "--format", "json", cwd=tmp_path)
    assert ran.code == 1
    assert list(schema(root).iter_errors(ran.json)) == []
    assert {"MS001", "MS003", "MS004", "MS005", "MS007", "MS301"} <= {f["code"] for f in ran.json["findings"]}
    counted = [f["severity"] for f in ran.json["findings"] if not f["suppressed"]]
    assert ran.json["summary"] == {
        "files": 4,
        "errors": counted.count("error"),
        "warnings": counted.count("warning"),
        "infos": counted.count("info"),
        "suppressed": len(ran.json["findings"]) - len(counted),
    }
    assert ran.out == cli("validate", "--format", "json", cwd=tmp_path).out


def test_files_are_named_from_the_working_folder(cli, put, tmp_path):
    for name, text in HARD.items():
        put(text, name)
    (tmp_path / "elsewhere").mkdir()
    for cwd, prefix in ((tmp_path, ""), (tmp_path / "users", "../"), (tmp_path / "elsewhere", "../")):
        ran = cli("validate", "--project", tmp_path, tmp_path, "--format", "json", cwd=cwd)
        files = {f["location"]["file"] for f in ran.json["findings"] if f["location"]}
        assert files == {f"{prefix}{name}" for name in HARD}


def test_an_absolute_path_gives_relative_names(cli, put, tmp_path):
    put(ERROR)
    ran = cli("validate", tmp_path / "mailspec.yml", "--format", "json", cwd=tmp_path)
    assert [f["location"]["file"] for f in ran.json["findings"]] == ["mailspec.yml"]


def test_text(cli, put, tmp_path):
    head = "version: 1\nconfigurations:\n  - name: A\n    host: smtp.acme.example\n    from: a@acme.example\n"
    put(head + "    port: 25 # why\n")
    ran = cli("validate", cwd=tmp_path)
    assert ran.out.splitlines()[0] == "mailspec.yml:6:11: warning MS103 submission-on-port-25"
    assert ran.out.splitlines()[2:4] == ["  6 │     port: 25 # why", "    │           ^^"]
    assert ran.out.splitlines()[-1] == "1 file: 1 warning."
    assert cli("validate", "-q", cwd=tmp_path).out == ran.out.rsplit("\n\n", 1)[0] + "\n"
    put(CLEAN)
    assert cli("validate", cwd=tmp_path).out == "1 file: no findings.\n"
    assert cli("validate", "-q", cwd=tmp_path).out == ""


def test_suppressed_findings_are_shown_on_demand(cli, put, tmp_path):
    put(WARNING.replace("example}]", "example}]  # mailspec: ignore[MS103] the old relay"))
    assert cli("validate", "--strict", cwd=tmp_path).out == "1 file: no findings, 1 suppressed.\n"
    assert "MS103 submission-on-port-25 (suppressed)" in cli("validate", "-v", cwd=tmp_path).out
    assert cli("validate", "--format", "json", cwd=tmp_path).json["findings"][0]["suppressed"] is True


def test_fix_writes_and_says_so(cli, put, tmp_path):
    put(FIXABLE)
    shown = cli("validate", "--fix", "--diff", cwd=tmp_path)
    assert (tmp_path / "mailspec.yml").read_text(encoding="utf-8") == FIXABLE
    assert shown.out.splitlines()[-2:] == ["-policy: {require_tls: yes}  # é", "+policy: {require_tls: true}  # é"]
    ran = cli("validate", "--fix", cwd=tmp_path)
    assert (ran.code, ran.err, ran.out) == (0, "Fixed 1 finding in 1 file.\n", "1 file: no findings.\n")
    assert (tmp_path / "mailspec.yml").read_text(encoding="utf-8") == FIXABLE.replace("yes", "true")
    assert cli("validate", "--fix", cwd=tmp_path).err == ""
    assert cli("validate", "--fix", "--diff", cwd=tmp_path).out == "Nothing to fix.\n"


def test_unsafe_fixes_are_shown_before_they_are_made(cli, put, tmp_path):
    typo = CLEAN.replace("host:", "hots:")
    put(typo)
    assert cli("validate", "--fix", "--diff", cwd=tmp_path).out == "Nothing to fix.\n"
    shown = cli("validate", "--fix", "--unsafe", "--diff", cwd=tmp_path).out.splitlines()
    assert [line[0] for line in shown if "hots:" in line or "host:" in line] == ["-", "+"]
    cli("validate", "--fix", cwd=tmp_path)
    assert (tmp_path / "mailspec.yml").read_text(encoding="utf-8") == typo, "a guess is not safe"
    assert cli("validate", "--fix", "--unsafe", cwd=tmp_path).code == 0
    assert (tmp_path / "mailspec.yml").read_text(encoding="utf-8") == CLEAN


def test_json_with_a_diff_is_the_report(cli, put, tmp_path):
    put(FIXABLE)
    ran = cli("validate", "--fix", "--diff", "--format", "json", cwd=tmp_path)
    assert [f["fix"]["edits"][0]["text"] for f in ran.json["findings"]] == ["true"]
    assert (tmp_path / "mailspec.yml").read_text(encoding="utf-8") == FIXABLE


def test_a_file_that_cannot_be_written(cli, put, tmp_path, monkeypatch):
    put(FIXABLE)
    put("users: [{email: a@acme.example, mode: 'smtp', account: {port: '587'}}]\n", "users/a.yml")
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: "users" not in str(path) and real(path, mode))
    ran = cli("validate", "--fix", cwd=tmp_path)
    assert ran.code == 1
    assert ran.err == "users/a.yml is not changed: it is read-only.\nFixed 2 findings in 1 file.\n"
    assert "MS003" in ran.out
    assert "true" in (tmp_path / "mailspec.yml").read_text(encoding="utf-8")


def test_the_output_fits_any_encoding(cli_process, put, tmp_path):
    put(CLEAN + "instance: {name: '\u6f22\u00e9 \U0001f4e7'}\nc\u00f6lour: 1\n")
    for format_ in ("text", "json"):
        ran = cli_process("validate", "--format", format_, cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"})
        assert ran.code == 1
        assert ran.out.isascii()
    assert [f["path"] for f in json.loads(ran.out)["findings"]] == ["/c\u00f6lour"]


def test_the_worst_of_a_file_stands_first_where_asked(put, cli):
    text = CLEAN.replace("host:", "port: 25, host:") + "colour: blue\n"
    codes = {
        order: [
            f["severity"] for f in cli("validate", "--sort", order, "--format", "json", cwd=put(text)).json["findings"]
        ]
        for order in ("place", "severity")
    }
    assert codes == {"place": ["warning", "error"], "severity": ["error", "warning"]}


def test_a_terminal_of_eighty_columns_breaks_at_words(put, cli_at_terminal):
    text = "configurations:\n  - name: A\n    host: smtp.acme.example\n    port: 465\n    security: starttls\n"
    code, screen = cli_at_terminal(put(text), "validate")
    lines = re.sub(r"\x1b\[[0-9;]*m|\r", "", screen).split("\n")
    assert (code, max(map(len, lines)) <= 80) == (1, True)
    assert "  Port 465 and security starttls disagree. Port 465 speaks TLS from the first" in lines
