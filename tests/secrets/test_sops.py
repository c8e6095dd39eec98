"""Against the real sops, with age keys."""

from __future__ import annotations

import pytest

from mailspec.secrets.base import SecretProblem

PLAIN = """\
smtp:
  password: "0123"
  number: 0123
  lines: |
    one
    two
  empty: ""
list:
  # One of several.
  - a: first  # at the end
  - 1.50
nothing: null
day: 2026-11-28
plain_unencrypted: {number: 0587, day: 2026-11-28, yes: yes, float: 1.50}
mark_unencrypted: "\U0001f511"
top: s3cret ünïcode
"""


@pytest.fixture
def sealed(ask, tool, age_key, tmp_path, tools_path):
    """``sealed("smtp.password") -> the secret``, from a file that sops encrypted for a fresh age key."""
    for name, text in (
        ("x.sops.yml", PLAIN),
        ("x.sops.env", "PASSWORD=from dotenv\n"),
        ("x.sops.json", '{"a": {"b": "j"}}'),
        ("x.sops.ini", "[a]\nb = i\n"),
        ("x.sops.txt", "whole file"),
    ):
        (tmp_path / name).write_text(text)
        tool("sops", "--disable-version-check", "--encrypt", "--in-place", "--age", age_key.recipient, tmp_path / name)

    def read(key: str, file: str = "x.sops.yml", **environ: str) -> str | SecretProblem:
        given = {"PATH": tools_path, "SOPS_AGE_KEY_FILE": str(age_key.file), **environ}
        answer: str | SecretProblem = ask({"sops": f"{file}#{key}"}, **given)
        return answer

    return read


@pytest.mark.service("sops")
@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        ("x.sops.yml", "smtp.password", "0123"),
        ("x.sops.yml", "smtp.lines", "one\ntwo"),
        ("x.sops.yml", "top", "s3cret ünïcode"),
        ("x.sops.env", "PASSWORD", "from dotenv"),
        ("x.sops.json", "a.b", "j"),
        ("x.sops.ini", "a.b", "i"),
        ("x.sops.txt", "data", "whole file"),
    ],
)
def test_a_value_is_read(sealed, file, key, value):
    assert sealed(key, file) == value


@pytest.mark.service("sops")
@pytest.mark.parametrize(
    ("key", "kind", "words"),
    [
        ("smtp.number", "malformed", "is not text"),
        ("smtp", "malformed", "is not text"),
        ("smtp.empty", "empty", "is empty"),
        ("smtp.gone", "missing", "does not exist"),
        ("gone.password", "missing", "does not exist"),
        ("top.deeper", "missing", "does not exist"),
        ("list.0.a", "missing", "does not exist"),
        ("listX][0]['a", "missing", "does not exist"),
    ],
)
def test_what_cannot_be_a_secret_is_reported(sealed, key, kind, words):
    found = sealed(key)
    assert isinstance(found, SecretProblem)
    assert found.kind == kind
    assert words in found.message


@pytest.mark.service("sops")
def test_without_the_key_it_says_so(sealed):
    found = sealed("top", SOPS_AGE_KEY_FILE="/gone")
    assert isinstance(found, SecretProblem)
    assert "none of the keys here opens it" in found.message


@pytest.mark.service("sops")
@pytest.mark.parametrize(
    ("before", "after", "words"),
    [("data:", "data:A", "damaged"), ('lastmodified: "2', 'lastmodified: "1', "check sum")],
)
def test_a_changed_file_is_reported(sealed, tmp_path, before, after, words):
    file = tmp_path / "x.sops.yml"
    file.write_text(file.read_text().replace(before, after))
    found = sealed("top")
    assert isinstance(found, SecretProblem)
    assert words in found.message


@pytest.fixture
def given_to_sops(ask, tmp_path):
    """``given_to_sops(name, text) -> what a stand-in for sops was given``, ``None`` where it was not started."""
    program, seen = tmp_path / "bin/sops", tmp_path / "seen"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncat /dev/stdin >{seen}\nprintf \'{{"a": "s3cret"}}\'\n')
    program.chmod(0o755)

    def read(name: str, text: str) -> str | None:
        seen.unlink(missing_ok=True)
        (tmp_path / name).write_text(text)
        ask({"sops": f"{name}#a"}, PATH=f"{program.parent}:/usr/bin:/bin")
        return seen.read_text() if seen.exists() else None

    return read


@pytest.mark.parametrize("line_end", ["\u2028", "\u2029", "\x85"])
def test_sops_sees_only_what_was_read(given_to_sops, line_end):
    """YAML 1.1, which sops reads, has more line ends than YAML 1.2 (chapter 5.4 of both)."""
    hidden = f"a: x\nsops:  # x{line_end}  hc_vault: [{{vault_address: http://mail.example}}]\n  mac: y\n"
    assert given_to_sops("x.yml", hidden) == '{"a": "x", "sops": {"mac": "y"}}'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.yml", "a: x\na: y\n"),
        ("x.yml", "a: x\n1: y\n"),
        ("x.yml", "- a\n"),
        ("x.yml", "a: x\n---\na: y\n"),
        ("x.json", '{"a": "x", "A": "y"}'),
        ("x.env", "a=x\na=y\n"),
        ("x.txt", "no JSON"),
    ],
)
def test_sops_is_not_asked_for_what_it_may_read_otherwise(given_to_sops, name, text):
    assert given_to_sops(name, text) is None


@pytest.mark.service("sops")
def test_a_file_whose_comments_say_what_is_encrypted_is_refused(ask, tool, age_key, tmp_path, tools_path):
    (tmp_path / "c.yml").write_text("# enc\na: s3cret\nb: plain\n")
    rule = ("--encrypted-comment-regex", "enc")
    tool(
        "sops",
        "--disable-version-check",
        "--encrypt",
        "--in-place",
        *rule,
        "--age",
        age_key.recipient,
        tmp_path / "c.yml",
    )
    found = ask({"sops": "c.yml#a"}, PATH=tools_path, SOPS_AGE_KEY_FILE=str(age_key.file))
    assert isinstance(found, SecretProblem)
    assert "comments say which of its values are encrypted" in found.message


@pytest.mark.service("sops")
def test_a_file_that_sops_did_not_encrypt_is_reported(sealed, tmp_path):
    (tmp_path / "plain.yml").write_text(PLAIN)
    found = sealed("top", "plain.yml")
    assert isinstance(found, SecretProblem)
    assert "nothing that sops encrypted" in found.message


def test_without_the_program_it_says_so(ask, tmp_path):
    (tmp_path / "x.yml").write_text("a: b")
    found = ask({"sops": "x.yml#a"}, PATH="/nowhere")
    assert isinstance(found, SecretProblem)
    assert found.kind == "unavailable_backend"
    assert "install sops" in found.help


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("x.yml", "malformed"),
        ("#a", "malformed"),
        ("x.yml#", "malformed"),
        ("no.yml#a", "missing"),
        ("../x.yml#a", "unsafe_path"),
        (1, "malformed"),
    ],
)
def test_a_malformed_word_is_reported(ask, word, kind):
    found = ask({"sops": word})
    assert isinstance(found, SecretProblem)
    assert found.kind == kind
