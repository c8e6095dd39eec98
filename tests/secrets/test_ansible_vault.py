"""Against real texts that ansible-core made (cases/ansible_vault), and against ansible-core itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mailspec.secrets.ansible_vault_format import parse
from mailspec.secrets.base import SecretProblem

CASES = sorted((Path(__file__).parent / "cases/ansible_vault").glob("*.yml"))


def held(case: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(case)
    return loaded


@pytest.fixture
def text() -> str:
    return str(held(CASES[-1])["text"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_ansible_encrypted_is_read(ask, tmp_path, case):
    made = held(case)
    (tmp_path / "password").write_text(made["password"] + "\n")
    file = str(tmp_path / "password")
    assert ask({"ansible_vault": made["text"] + "\n"}, MAILSPEC_VAULT_PASSWORD_FILE=file) == made["plain"]
    listed = f"{made['label'] or 'other'}@{file}"
    assert ask({"ansible_vault": made["text"]}, ANSIBLE_VAULT_IDENTITY_LIST=listed) == made["plain"]


def test_the_wrong_password_is_reported_without_naming_it(ask, tmp_path, text):
    (tmp_path / "password").write_text("wrong canary")
    found = ask({"ansible_vault": text}, ANSIBLE_VAULT_PASSWORD_FILE=str(tmp_path / "password"))
    assert isinstance(found, SecretProblem)
    assert "no known password opens" in found.message
    assert "canary" not in str(found)


def test_no_password_names_the_variable(ask, text):
    found = ask({"ansible_vault": text})
    assert isinstance(found, SecretProblem)
    assert "MAILSPEC_VAULT_PASSWORD_FILE" in found.help


def test_our_own_variable_holds_before_ansibles(ask, tmp_path, text):
    (tmp_path / "right").write_text("correct horse")
    (tmp_path / "wrong").write_text("x")
    right, wrong = str(tmp_path / "right"), str(tmp_path / "wrong")
    answer = ask({"ansible_vault": text}, MAILSPEC_VAULT_PASSWORD_FILE=wrong, ANSIBLE_VAULT_PASSWORD_FILE=right)
    assert isinstance(answer, SecretProblem)


def test_every_vault_id_is_tried(ask, tmp_path, text):
    (tmp_path / "right").write_text("correct horse")
    (tmp_path / "wrong").write_text("x")
    listed = f"dev@{tmp_path}/wrong, prod@{tmp_path}/right, gone@{tmp_path}/gone"
    assert isinstance(ask({"ansible_vault": text}, ANSIBLE_VAULT_IDENTITY_LIST=listed), str)


def test_a_script_gives_the_password_and_a_client_is_given_the_id(ask, tmp_path):
    made = held(next(case for case in CASES if case.stem == "version_1_2_label"))
    script = tmp_path / "vault-client.sh"
    script.write_text('#!/bin/sh\n[ "$1 $2" = "--vault-id dev" ] && echo correct horse\n')
    script.chmod(0o700)
    assert ask({"ansible_vault": made["text"]}, ANSIBLE_VAULT_IDENTITY_LIST=f"dev@{script}") == made["plain"]


def test_a_script_that_a_change_could_have_brought_is_not_run(ask, tmp_path, text, monkeypatch):
    script = tmp_path / ".vault_pass"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\necho correct horse\n")
    script.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    for named in (".vault_pass", "./.vault_pass"):
        found = ask({"ansible_vault": text}, ANSIBLE_VAULT_PASSWORD_FILE=named)
        assert isinstance(found, SecretProblem)
        assert "a change could have brought it" in found.message
    assert isinstance(ask({"ansible_vault": text}, ANSIBLE_VAULT_PASSWORD_FILE=str(script)), str)
    (tmp_path / "ran").unlink()
    subprocess.run(["git", "add", ".vault_pass"], check=True)
    assert isinstance(ask({"ansible_vault": text}, ANSIBLE_VAULT_PASSWORD_FILE=str(script)), SecretProblem)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("source", "words"),
    [("prompt", "asked for"), ("/gone", "does not exist"), ("/dev/null", "no regular file")],
)
def test_a_password_that_cannot_be_read_is_reported(ask, text, source, words):
    found = ask({"ansible_vault": text}, ANSIBLE_VAULT_PASSWORD_FILE=source)
    assert isinstance(found, SecretProblem)
    assert words in found.message


def test_without_the_library_the_extra_is_named(ask, not_installed, text):
    not_installed("cryptography.hazmat.primitives.ciphers")
    found = ask({"ansible_vault": text})
    assert isinstance(found, SecretProblem)
    assert found.help == "install it: pip install 'mailspec[ansible-vault]'"


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "s3cret",
        "$ANSIBLE_VAULT",
        "$ANSIBLE_VAULT;1.1;AES256",
        "$ANSIBLE_VAULT;1.0;AES\n00",
        "$ANSIBLE_VAULT;1.1;AES\n00",
        "$ANSIBLE_VAULT;1.1;AES256\nzz",
        "$ANSIBLE_VAULT;1.1;AES256\n30300a30300a3030",
        "$ANSIBLE_VAULT;1.1;AES256\n0a0a",
    ],
)
def test_a_damaged_text_is_reported(ask, damaged):
    assert isinstance(parse(damaged), str)
    found = ask({"ansible_vault": damaged})
    assert isinstance(found, SecretProblem)
    assert found.kind == "malformed"


@pytest.mark.service("ansible")
def test_a_fresh_value_of_ansible_core(ask, tool, tmp_path):
    (tmp_path / "password").write_text("open sesame")
    argv = [
        "encrypt_string",
        "--vault-id",
        f"prod@{tmp_path}/password",
        "--encrypt-vault-id",
        "prod",
        "--stdin-name",
        "x",
    ]
    made = tool("ansible-vault", *argv, stdin=b"fresh 0123").decode()
    text = "\n".join(line.strip() for line in made.splitlines()[1:])
    assert "1.2;AES256;prod" in text
    names = {"MAILSPEC_VAULT_IDENTITY_LIST": f"prod@{tmp_path}{os.sep}password"}
    assert ask({"ansible_vault": text}, **names) == "fresh 0123"
