"""import(write(x)) = x for every target that import reads, and 26 odd passwords through each and its own reader."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from dotenv import dotenv_values
from hypothesis import given, settings
from hypothesis import strategies as st

from mailspec.importing.found import Found, Source
from mailspec.importing.sources import read_source
from mailspec.programs.presets import PRESETS
from mailspec.targets.env_file import EnvFile
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.formats.lines import LoginMap
from mailspec.targets.msmtp import Msmtp
from mailspec.targets.postfix import Postfix
from mailspec.targets.scope import Account, Scope
from tests.importing.conftest import written
from tests.support.passwords import ODD


@pytest.fixture(scope="module", autouse=True)
def _without_postconf() -> Iterator[None]:
    """Postfix's own reader asks DNS for this machine's name, which may take seconds; test_sources has it run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mailspec.importing.postfix._run", lambda *_command: None)
        yield


LABEL = st.from_regex(r"[a-z]([a-z0-9]{0,6})", fullmatch=True)
HOSTS = st.builds("{}.acme.example".format, LABEL)
ADDRESSES = st.builds("{}@acme.example".format, LABEL)
PASSWORDS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)
NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)


@st.composite
def accounts(draw: Any, *, index: int = 0, named: bool = False) -> tuple[dict[str, Any], str]:
    """A configuration's effective settings and its password."""
    security = draw(st.sampled_from(["tls", "starttls", "none"]))
    fields: dict[str, Any] = {
        "mode": "smtp",
        "host": f"s{index}-{draw(HOSTS)}",
        "port": draw(st.integers(1, 65535)),
        "security": security,
        "auth.method": "plain",
        "auth.username": f"u{index}{draw(ADDRESSES)}",
        "auth.password": {"env": f"P{index}"},
        "from.email": f"f{index}{draw(ADDRESSES)}",
    }
    if named and draw(st.booleans()):
        fields["from.name"] = draw(NAMES)
    return fields, draw(PASSWORDS)


def words_of(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a configuration's own words."""
    sender = {"email": fields["from.email"]}
    if fields.get("from.name"):
        sender["name"] = fields["from.name"]
    tls = {key.partition(".")[2]: value for key, value in fields.items() if key.startswith("tls.")}
    own = {"host": fields["host"], "port": fields["port"], "security": fields["security"]}
    own |= {"tls": tls} if tls else {}
    own |= {"auth": {"username": fields["auth.username"]}, "from": sender}
    return own | {key: fields[key] for key in ("ehlo_name", "envelope_from") if key in fields}


def same(found: Found, fields: dict[str, Any], password: str) -> None:
    assert dict(found.data) == words_of(fields)
    assert found.password is not None
    assert found.password.reveal() == password


def read(path: Path | str) -> Source:
    found = read_source(str(path))
    assert isinstance(found, Source), found
    return found


def lossless(preset: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return what a preset has names for; where it has none for the TLS mode, the port says it."""
    kept = dict(fields)
    if "from.name" not in PRESETS[preset].keys.values():
        kept.pop("from.name", None)
    if "security" not in PRESETS[preset].keys.values() and not PRESETS[preset].modes:
        kept["security"] = "tls" if kept["port"] == 465 else "starttls"
    if preset == "laravel" and kept["security"] == "none":
        kept["security"] = "starttls"
    return kept


@pytest.mark.parametrize("preset", ["setget", "generic", "n8n", "directus", "laravel"])
@settings(max_examples=25, deadline=None)
@given(drawn=accounts(named=True))
def test_env_files(preset: str, drawn: tuple[dict[str, Any], str]) -> None:
    fields, password = drawn
    fields = lossless(preset, fields)
    scope = Scope(Account("configuration:x", fields))
    with TemporaryDirectory() as folder:
        path = Path(folder, ".env")
        if not written(EnvFile(), {"preset": preset}, scope, {"P0": password}, path):
            assert set(password + fields.get("from.name", "")) & set("$'\"\\`#")
            return
        found = read(path)
        assert (found.target or {}).get("preset") == preset
        same(found.accounts[0], fields, password)


@settings(max_examples=25, deadline=None)
@given(drawn=st.tuples(accounts(index=0), accounts(index=1), accounts(index=2)), ca=st.booleans())
def test_msmtp(drawn: tuple[tuple[dict[str, Any], str], ...], ca: bool) -> None:
    if ca and drawn[1][0]["security"] != "none":
        drawn[1][0]["tls.ca_file"] = "/etc/ssl/own ca.pem"
    made = [Account(f"configuration:c{index}", fields) for index, (fields, _) in enumerate(drawn)]
    passwords = {f"P{index}": password for index, (_, password) in enumerate(drawn)}
    with TemporaryDirectory() as folder:
        path = Path(folder, "msmtprc")
        assert written(Msmtp(), {}, Scope(made[0], tuple(made)), passwords, path)
        found = read(path)
    assert [account.hint for account in found.accounts] == ["c0", "c1", "c2"]
    for account, (fields, password) in zip(found.accounts, drawn, strict=True):
        same(account, fields, password)


@settings(max_examples=12, deadline=None)
@given(drawn=st.tuples(accounts(index=0), accounts(index=1), accounts(index=2)), ca=st.booleans(), helo=st.booleans())
def test_postfix(drawn: tuple[tuple[dict[str, Any], str], ...], ca: bool, helo: bool) -> None:
    for fields, _ in drawn[: 3 if ca else 0]:
        if fields["security"] != "none":
            fields["tls.ca_file"] = "/etc/ssl/own.pem"
    if helo:
        for fields, _ in drawn:
            fields["ehlo_name"] = "client.acme.example"
    made = [Account(f"configuration:c{index}", fields) for index, (fields, _) in enumerate(drawn)]
    passwords = {f"P{index}": password for index, (_, password) in enumerate(drawn)}
    with TemporaryDirectory() as folder:
        if not written(Postfix(), {}, Scope(made[0], tuple(made)), passwords, Path(folder)):
            return
        found = read(folder)
    by_host = {account.data["host"]: account for account in found.accounts}
    assert len(found.accounts) == 3
    assert found.accounts[0].data["host"] == drawn[0][0]["host"]
    for fields, password in drawn:
        same(by_host[fields["host"]], fields, password)


FIELDS = {
    "mode": "smtp",
    "host": "mail.acme.example",
    "port": 465,
    "security": "tls",
    "auth.method": "plain",
    "auth.username": "me@acme.example",
    "auth.password": {"env": "P0"},
    "from.email": "me@acme.example",
}
# What a format cannot hold, as docs/how-to/import.md says.
NOT_HELD_BY_POSTFIX = {"trailing "}


def write_odd(kind: FilesTarget, words: dict[str, Any], password: str, path: Path) -> bool:
    account = Account("configuration:x", FIELDS)
    return written(kind, words, Scope(account, (account,)), {"P0": password}, path)


@pytest.mark.parametrize("password", ODD)
def test_odd_passwords_in_env_files(password: str, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    if not write_odd(EnvFile(), {"preset": "setget"}, password, path):
        assert "${" in password
        return
    assert dotenv_values(path)["SETGET_SMTP_PASSWORD"] == password
    same(read(path).accounts[0], FIELDS, password)


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


@pytest.mark.skipif(shutil.which("postmap") is None, reason="Postfix is not installed")
def test_odd_passwords_in_postfix_as_postmap_reads_them(tmp_path: Path) -> None:
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
    told = subprocess.run(command, input=asked.encode(), capture_output=True, check=True).stdout.decode()
    assert dict(line.split("\t", 1) for line in told.splitlines()) == {
        key: f"me:{text}" for key, text in wanted.items()
    }


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("password", ODD)
def test_odd_passwords_that_git_wrote(password: str, tmp_path: Path) -> None:
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
