"""34 odd passwords through every writer, and back through our reader and the program's own where it has one."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from dotenv import dotenv_values

from mailspec.importing.found import Source
from mailspec.importing.sources import read_source
from mailspec.outcome.secret import Secret
from mailspec.programs.presets import PRESETS
from mailspec.targets.env_file import EnvFile
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.formats.lines import LoginMap
from mailspec.targets.git_send_email import GitSendEmail
from mailspec.targets.msmtp import Msmtp
from mailspec.targets.postfix import Postfix
from mailspec.targets.registry import find
from mailspec.targets.scope import Scope, SendingObject
from tests.importing.conftest import written
from tests.importing.test_round_trip import FIELDS, FILES, _without_postconf, read, same  # noqa: F401
from tests.support.passwords import ODD

# What a format cannot hold, as docs/how-to/import.md says.
NOT_HELD_BY_POSTFIX = {"trailing "}


def write_odd(kind: FilesTarget, words: dict[str, Any], password: str, path: Path) -> bool:
    account = SendingObject("configuration:x", FIELDS)
    return written(kind, words, Scope(account, (account,)), {"P0": password}, path)


@pytest.mark.parametrize("password", ODD)
def test_odd_passwords_in_env_files(password: str, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    if not write_odd(EnvFile(), {"preset": "setget"}, password, path):
        assert "$" in password
        return
    assert dotenv_values(path)["SETGET_SMTP_PASSWORD"] == password
    same(read(path).accounts[0], FIELDS, password)


@pytest.mark.parametrize("preset", FILES)
def test_odd_passwords_in_files_of_programs(preset: str, tmp_path: Path) -> None:
    type_ = PRESETS[preset].types[0]
    kind = find(type_)
    assert isinstance(kind, FilesTarget)
    refused = []
    for password in ODD:
        path = tmp_path / "settings"
        if not write_odd(kind, {"type": type_, "preset": preset}, password, path):
            refused.append(password)
            continue
        found = read_source(f"{preset}:{path}")
        assert isinstance(found, Source), found
        assert found.accounts[0].password == Secret(password)
    # What a reader would replace, or cannot be told, is refused: never written as something else.
    assert len(refused) <= 3, refused


@pytest.mark.parametrize("password", ODD)
def test_odd_passwords_in_msmtp(password: str, tmp_path: Path) -> None:
    path = tmp_path / "msmtprc"
    assert write_odd(Msmtp(), {}, password, path)
    same(read(path).accounts[0], FIELDS, password)


@pytest.mark.parametrize("password", ODD)
def test_odd_passwords_in_postfix(password: str, tmp_path: Path) -> None:
    if not write_odd(Postfix(), {}, password, tmp_path):
        assert password in NOT_HELD_BY_POSTFIX
        return
    same(read(tmp_path).accounts[0], FIELDS, password)


def test_odd_passwords_in_postfix_as_postmap_reads_them(tmp_path: Path, lack: Callable[[str], NoReturn]) -> None:
    if shutil.which("postmap") is None:
        lack("Postfix is not installed")
    wanted = {f"s{index}@acme.example": text for index, text in enumerate(ODD) if text not in NOT_HELD_BY_POSTFIX}
    keys = {
        f"{key}/{part}": text for key, text in wanted.items() for part, text in (("user", "me"), ("password", text))
    }
    text = LoginMap().edit("", keys)
    assert isinstance(text, str)
    (tmp_path / "map").write_text(text)
    (tmp_path / "main.cf").write_text("myhostname = a.acme.example\n")
    command = ["postmap", "-c", str(tmp_path), "-q", "-", f"texthash:{tmp_path}/map"]
    asked = "".join(f"{key}\n" for key in wanted)
    output = subprocess.run(command, input=asked.encode(), capture_output=True, check=True).stdout.decode()
    assert dict(line.split("\t", 1) for line in output.splitlines()) == {
        key: f"me:{text}" for key, text in wanted.items()
    }


@pytest.mark.parametrize("password", ODD)
def test_odd_passwords_that_git_wrote(password: str, tmp_path: Path, lack: Callable[[str], NoReturn]) -> None:
    if shutil.which("git") is None:
        lack("git is not installed")
    path = tmp_path / "config"
    for key, value in (("smtpServer", "mail.acme.example"), ("smtpUser", "me@acme.example"), ("smtpPass", password)):
        subprocess.run(["git", "config", "--file", path, f"sendemail.{key}", value], check=True)
    (found,) = read(path).accounts
    assert found.password is not None
    assert found.password.reveal() == password


@pytest.mark.parametrize("password", [text for text in ODD if "`" not in text])
def test_odd_passwords_in_backticks_of_gitea(password: str, source: Callable[..., Source]) -> None:
    text = f"[mailer]\nENABLED=true\nSMTP_ADDR=mail.acme.example\nSMTP_PORT=465\nUSER=me\nPASSWD=`{password}`\n"
    found = source("app.ini", text).accounts[0].password
    assert found is not None
    assert found.reveal() == password


@pytest.mark.parametrize("password", ODD)
def test_odd_passwords_in_git_as_git_reads_them(password: str, tmp_path: Path, lack: Callable[[str], NoReturn]) -> None:
    if shutil.which("git") is None:
        lack("git is not installed")
    path = tmp_path / ".gitconfig"
    assert write_odd(GitSendEmail(), {}, password, path)
    done = subprocess.run(
        ["git", "config", "--file", path, "--null", "sendemail.smtppass"], capture_output=True, check=True
    )
    assert done.stdout.decode() == password + "\0"
    same(read(path).accounts[0], {**FIELDS, "envelope_from": FIELDS["from.email"]}, password)


@pytest.mark.parametrize(
    ("preset", "password", "refused"),
    [
        ("n8n", " lead", True),
        ("n8n", "trail ", True),
        ("n8n", "'q'", True),
        ("n8n", '"q"', True),
        ("n8n", "'q\"", False),
        ("n8n", "in'side", False),
        ("django", "zoë", True),
        ("django", " lead", False),
        ("superset", "пароль", True),
        ("pgadmin", "密", True),
        ("setget", "zoë", False),
    ],
)
def test_what_a_program_would_change_is_refused(preset: str, password: str, refused: bool) -> None:
    entry = PRESETS[preset]
    key = entry.prefix + next(name for name, key in entry.keys.items() if "auth.password" in key.settings)
    assert (entry.why_not(key, password) is not None) is refused
    # A sender's name may be any text.
    assert PRESETS["django"].why_not("DEFAULT_FROM_EMAIL", "Zoë <zoe@acme.example>") is None
