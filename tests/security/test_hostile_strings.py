"""Names, comments, replies and file names made to fool a reader: no command hands them to the terminal as they are."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

HOSTILE = (
    "\x1b[31mred\x1b[2J \x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\ \x07\b\r\n"
    "1 file: no findings.\nmailspec.yml:1:1: error MS999 forged"
    "\t\x9b2J\x85\u202egnp.\u2066exe\u2069 \u200bzero\ufeff\u00ad \x00\x7f\u2028\u2029 \u061c\u200e end"
)
# What can be kept in a file of settings and sent in mail.
SENT = HOSTILE.translate(dict.fromkeys(map(ord, "\0\r\n")))
# What acts on a terminal or on its reader: control characters but line ends, bidirectional and invisible ones.
RAW = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
FORGED = re.compile(r"^(1 file: no findings\.|mailspec\.yml:1:1: error MS999)", re.MULTILINE)
OUR_COLOURS = re.compile("\x1b\\[(?:0|1|2|3[0-9]|1;3[0-9]|4|7)?m")


def quoted(text: str) -> str:
    """Write a text as YAML in double quotes, with escapes only."""
    shown = (character if character.isalnum() else f"\\u{ord(character):04x}" for character in text)
    return f'"{"".join(shown)}"'


# A path may hold no control characters; the rest of what deceives it may.
NAME = re.sub(r"[\x00-\x1f\x7f-\x9f/]", "", SENT)[:40]
# Nor may a display name, which goes over the wire (MS008).
WIRED = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", "", SENT)
SPEC = f"""\
version: 1
instance: {{id: hub, name: {quoted(WIRED)}}}
configurations:
  - name: {quoted("A" + SENT)}
    state: active
    host: 127.0.0.1
    port: PORT
    security: none
    timeout: 5s
    auth: {{username: noreply@acme.example, password: {{env: ACME_PASSWORD}}}}
    from: {{email: noreply@acme.example, name: {quoted(WIRED)}}}
general: {{users: {{mode: smtp}}, bulk: {{mode: smtp}}}}
groups: [{{name: {quoted("G" + SENT)}, members: [alice@acme.example]}}]
users:
  - email: alice@acme.example
    name: {quoted(WIRED)}
    account: {{password: {{file: {quoted(NAME[:9])}}}}}
mailings:
  - name: {quoted("M" + SENT)}
    send_as: noreply@acme.example
    mode: general
    senders: [{quoted("G" + SENT)}]
features: [{{name: {quoted("F" + SENT)}, without: {quoted(SENT)}}}]
targets:
  - {{name: {quoted("T" + SENT)}, type: env_file, path: {quoted("out/" + NAME)}, dialect: sh}}
policy: {{test_recipients: [postmaster@acme.example]}}
"""
WORD = quoted(HOSTILE)
WRONG = f"""\
version: 1
{quoted("k" + HOSTILE)}: 1
x-a: {WORD}
configurations:
  - {{name: {quoted("A" + HOSTILE)}, host: {WORD}, port: {WORD}, security: {WORD}, tls: {{{WORD}: x}}}}
  - {{name: {quoted("A" + HOSTILE)}, provider: {WORD}, from: {WORD}, timeout: {WORD}}}
  - {{name: B, host: {WORD}, from: {quoted("a@" + HOSTILE)}, headers: {{{WORD}: x}}, ehlo_name: yes}}
general: {{users: {{configuration: {WORD}}}}}
groups: [{{name: g, members: [{WORD}]}}]
mailings: [{{name: m, senders: [{WORD}], send_as: {WORD}}}]
targets: [{{name: {WORD}, type: {WORD}, preset: {WORD}, configuration: {WORD}}}]
policy: {{severity: {{{WORD}: off}}, allowed_recipients: [{WORD}]}}
include: [{WORD}]
requires: {WORD}
environments: {{{WORD}: {{{WORD}: 1}}, s: {{configurations: [{{name: {WORD}}}]}}}}
"""
COMMANDS = [
    *(("validate",), ("validate", "-v", "--with-secrets"), ("show",), ("show", "bulk"), ("plan",)),
    *(("plan", "--out", "saved.plan"), ("test", "--all", "-v"), ("probe", "--all", "-v")),
    *(("apply", "--auto-approve", "-D", "-v"), ("status",), ("history",), ("drift",)),
    *(("rollback", "--auto-approve"), ("unlock",), ("validate", "--fix", "--unsafe", "--diff")),
]


def harmless(text: str) -> None:
    found = RAW.search(text)
    assert found is None, (found and found[0], text[max(0, (found.start() if found else 0) - 80) :][:160])
    assert FORGED.search(text) is None, text


@pytest.fixture
def project(tmp_path: Path, parrot) -> Path:
    (tmp_path / "out").mkdir()
    (tmp_path / "mailspec.yml").write_text(SPEC.replace("PORT", str(parrot.server_address[1])))
    return tmp_path


@pytest.mark.parametrize("format_", ["text", "json"])
def test_names_in_every_command(cli, project, parrot, format_):
    parrot.words = SENT.encode() + b"\xff\xfe"
    codes = {}
    for args in COMMANDS:
        wanted = () if args[-1] == "--diff" else ("--format", format_)
        ran = cli(*args, *wanted, cwd=project, env={"ACME_PASSWORD": "secret"})
        codes[args[0]] = ran.code
        harmless(ran.out)
        harmless(ran.err)
        if format_ == "json" and ran.out.startswith(("{", "[")):
            json.loads(ran.out)
    assert codes["apply"] == codes["plan"] == codes["status"] == codes["validate"] == 0, codes
    assert 3 not in codes.values(), codes


@pytest.mark.parametrize("verb", ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"])
def test_a_server_that_refuses_in_hostile_words(cli, project, parrot, verb):
    parrot.refuses = verb
    parrot.words = SENT.encode() + b"\xff"
    for args in (("test", "-v"), ("test", "--format", "json"), ("probe", "-v"), ("apply", "--auto-approve")):
        ran = cli(*args, cwd=project, env={"ACME_PASSWORD": "secret"})
        harmless(ran.out)
        harmless(ran.err)


@pytest.mark.parametrize("command", ["validate", "validate --format json", "show", "plan", "test --to a@acme.example"])
def test_findings_about_hostile_words(cli, tmp_path, command):
    (tmp_path / "mailspec.yml").write_text(WRONG)
    ran = cli(*command.split(), cwd=tmp_path)
    assert ran.code in {0, 1, 2}, ran.err
    harmless(ran.out)
    harmless(ran.err)


@pytest.mark.parametrize("end", ["", "\nx: ["])
def test_hostile_bytes_in_a_file(cli, tmp_path, end):
    suppression = f"version: 1 # mailspec: ignore[MS\u202e103] \u200b{SENT}\n"
    for text in (HOSTILE, f"version: 1\nname: A # {HOSTILE}\n", suppression):
        (tmp_path / "mailspec.yml").write_text(text + end, encoding="utf-8", newline="")
        for options in ((), ("--format", "json"), ("--fix", "--diff")):
            ran = cli("validate", *options, cwd=tmp_path)
            harmless(ran.out)
            harmless(ran.err)


NAMES = [
    *(b"\x1b[31m.yml", b"a\nmailspec.yml:1:1: error MS999 forged.yml", b"\xff\xfe.yml", "\u202egnp.yml".encode()),
    *(b"a\rb\x07.yml", b"::error::x.yml"),
]


@pytest.mark.parametrize("name", NAMES)
def test_file_names(cli, tmp_path, name):
    (tmp_path / "mailspec.yml").write_text("version: 1\n")
    for folder in ("users", "environments"):
        (tmp_path / folder).mkdir()
        with open(os.fsencode(tmp_path / folder) + b"/" + name, "wb") as stream:
            stream.write(b"users: [{email: a@acme.example, x: 1}]\n")
    for args in (
        ("validate",),
        ("validate", "--format", "json"),
        ("validate", "--fix", "--unsafe"),
        ("show",),
        ("plan",),
    ):
        ran = cli(*args, cwd=tmp_path)
        harmless(ran.out)
        harmless(ran.err)
        assert not re.search(r"^\s*::", ran.out + ran.err, re.MULTILINE)
        if "json" in args:
            assert len(ran.json["findings"]) >= 2
    ran = cli("validate", os.fsdecode(name), "-E", HOSTILE.replace("\0", ""), cwd=tmp_path)
    assert ran.code == 2
    harmless(ran.err)


ARGUMENTS = [
    *("?", "validate ?", "show ?", "validate --?", "explain ?", "test ?", "plan --limit ?", "validate --as-of ?"),
    *("validate --format ?", "providers ?", "status --state ?", "validate --project ?", "diagnose ?"),
    *("diagnose x --provider ?", "apply ?", "rollback ?", "history --limit ?", "probe --per-host ?"),
]


@pytest.mark.parametrize("command", ARGUMENTS)
def test_arguments(cli, tmp_path, command):
    spec = "version: 1\nconfigurations: [{name: A, host: 127.0.0.1, port: 1, security: none}]\n"
    (tmp_path / "mailspec.yml").write_text(spec)
    ran = cli(*(word.replace("?", HOSTILE.replace("\0", "")) for word in command.split()), cwd=tmp_path)
    assert ran.code in {0, 1, 2, 5}, ran.err
    harmless(ran.out)
    harmless(ran.err)


def test_very_long_lines(cli, tmp_path):
    long = "x" * 200_000
    item = f"{{name: {long}, prot: 5, host: {long}, security: {long}}}"
    (tmp_path / "mailspec.yml").write_text(f"version: 1\nconfigurations: [{item}]\n{long}: 1\n")
    ran = cli("validate", cwd=tmp_path)
    frames = [line for line in ran.out.splitlines() if "│" in line]
    assert frames
    assert max(map(len, frames)) < 140


def test_on_a_terminal_only_our_colours(project):
    leader, follower = pty.openpty()
    with open(leader, "rb", buffering=0) as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "mailspec", "validate"],
            cwd=project,
            stdout=follower,
            stderr=follower,
            env={**os.environ, "TERM": "xterm", "NO_COLOR": ""},
        )
        os.close(follower)
        output = b""
        with suppress(OSError):
            while held := stream.read(65536):
                output += held
        process.wait(timeout=30)
    text = output.decode().replace("\r\n", "\n")
    assert "\x1b[" in text
    harmless(OUR_COLOURS.sub("", text))
