"""import(write(x)) = x for every target that import reads, and 34 odd passwords through each and its own reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailspec.importing.found import Found, Source
from mailspec.importing.sources import read_source
from mailspec.programs.presets import PRESETS, Preset
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.git_send_email import GitSendEmail
from mailspec.targets.msmtp import Msmtp
from mailspec.targets.postfix import Postfix
from mailspec.targets.registry import find
from mailspec.targets.scope import Scope, SendingObject
from tests.importing.conftest import written


@pytest.fixture(scope="module", autouse=True)
def _without_postconf() -> Iterator[None]:
    """Postfix's own reader asks DNS for this machine's name, which may take seconds; test_sources has it run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mailspec.importing.postfix._run", lambda *_command: None)
        yield


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
    sender = {word: fields[f"from.{word}"] for word in ("email", "name") if fields.get(f"from.{word}")}
    tls = {key.partition(".")[2]: value for key, value in fields.items() if key.startswith("tls.")}
    own = {"host": fields["host"], "port": fields["port"], "security": fields["security"]}
    own |= {"tls": tls} if tls else {}
    own |= {"auth": {"username": fields["auth.username"]}, **({"from": sender} if sender else {})}
    return own | {key: fields[key] for key in ("ehlo_name", "envelope_from") if key in fields}


def same(found: Found, fields: dict[str, Any], password: str) -> None:
    assert dict(found.data) == words_of(fields)
    assert found.password is not None
    assert found.password.reveal() == password


def read(path: Path | str) -> Source:
    found = read_source(f"django:{path}" if str(path).endswith("/settings.py") and ":" not in str(path) else str(path))
    assert isinstance(found, Source), found
    return found


def lossless(preset: Preset, fields: dict[str, Any], version: str | None = None) -> dict[str, Any]:
    """Return what a preset can say, so that it can come back: what it has no words for, and modes it writes alike."""
    kept = dict(fields)
    keys = list(preset.keys_for(version).values())
    keys += [
        key for word, key in preset.derived.items() if any(f"{{{word}}}" in text for at in keys for text in at.text)
    ]
    covered = {name for key in keys for name in key.settings}
    for name in ("from.name", "from.email", "auth.username"):
        if name not in covered:
            kept.pop(name, None)
    modes = [key.is_ for key in keys if key.by == "security"]
    alike = {mode for mode in SECURITY if all(is_.get(mode) == is_.get(kept["security"]) for is_ in modes)}
    if "security" not in {key.setting for key in keys} and len(alike) > 1:
        rest = [mode for mode in SECURITY if mode in alike and mode != "tls"] if modes else ["starttls"]
        # Port 465 means implicit TLS where the program's words leave the mode open (Symfony does so itself).
        kept["security"] = "tls" if kept["port"] == 465 else rest[0]
    return kept


def round_trip(
    preset: str, type_: str, drawn: tuple[dict[str, Any], str], name: str, word: str = "{}", version: str | None = None
) -> Source | None:
    """Write an account and read it back; nothing where the file cannot hold it."""
    fields, password = drawn
    fields = lossless(PRESETS[preset], fields, version)
    scope = Scope(SendingObject("configuration:x", fields))
    kind = find(type_)
    assert isinstance(kind, FilesTarget)
    words = {"type": type_, "preset": preset, **({"version": version} if version else {})}
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        if not written(kind, words, scope, {"P0": password}, path):
            assert set(password + fields.get("from.name", "")) & set("$'\"\\`#;%{") or type_ == "ini_file"
            return None
        found = read(word.format(path))
        if "auth.username" in fields:
            same(found.accounts[0], fields, password)
        return found


SECURITY = ("tls", "starttls", "none")
FILES = [name for name in PRESETS if name != "django" and "env_file" not in PRESETS[name].types]
# What an environment is told apart by; the others are named, as in n8n:PATH.
RECOGNISED = ("setget", "generic", "n8n", "directus", "laravel", "authentik", "mattermost", "vaultwarden")
# Written by other words than a server's own, or by two types of keys that cannot be turned round.
ENVIRONMENTS = [name for name in PRESETS if "env_file" in PRESETS[name].types]


@pytest.mark.parametrize("preset", ENVIRONMENTS)
@settings(max_examples=12, deadline=None)
@given(drawn=accounts(named=True))
def test_env_files(preset: str, drawn: tuple[dict[str, Any], str]) -> None:
    found = round_trip(preset, "env_file", drawn, ".env", f"{preset}:{{}}")
    assert found is None or (found.target or {}).get("preset") == preset
    if preset in RECOGNISED and found is not None:
        found = round_trip(preset, "env_file", drawn, ".env")
        assert found is None or (found.target or {}).get("preset") == preset


@pytest.mark.parametrize(
    ("preset", "type_", "name", "version"),
    [
        ("gitea", "ini_file", "app.ini", None),
        ("grafana", "ini_file", "grafana.ini", None),
        ("alertmanager", "yaml_file", "alertmanager.yml", None),
        ("synapse", "yaml_file", "homeserver.yaml", None),
    ],
)
@settings(max_examples=15, deadline=None)
@given(drawn=accounts(named=True))
def test_files_of_programs(
    preset: str, type_: str, name: str, version: str | None, drawn: tuple[dict[str, Any], str]
) -> None:
    found = round_trip(preset, type_, drawn, name, version=version)
    assert found is None or found.kind == preset


@pytest.mark.parametrize("preset", FILES)
@settings(max_examples=8, deadline=None)
@given(drawn=accounts(named=True))
def test_every_preset_can_be_named(preset: str, drawn: tuple[dict[str, Any], str]) -> None:
    round_trip(preset, PRESETS[preset].types[0], drawn, "settings", f"{preset}:{{}}")


@pytest.mark.parametrize("version", [None, "6.1"])
def test_django_settings_that_python_imports(version: str | None) -> None:
    drawn = ({**FIELDS, "from.name": "Acme"}, "s3cret pa$$#\"w'\\")
    assert round_trip("django", "python_file", drawn, "settings.py", version=version) is not None


@settings(max_examples=25, deadline=None)
@given(drawn=st.tuples(accounts(index=0), accounts(index=1), accounts(index=2)), ca=st.booleans())
def test_msmtp(drawn: tuple[tuple[dict[str, Any], str], ...], ca: bool) -> None:
    if ca and drawn[1][0]["security"] != "none":
        drawn[1][0]["tls.ca_file"] = "/etc/ssl/own ca.pem"
    made = [SendingObject(f"configuration:c{index}", fields) for index, (fields, _) in enumerate(drawn)]
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
    made = [SendingObject(f"configuration:c{index}", fields) for index, (fields, _) in enumerate(drawn)]
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


@settings(max_examples=12, deadline=None)
@given(drawn=st.tuples(accounts(index=0, named=True), accounts(index=1), accounts(index=2)), ca=st.booleans())
def test_git_send_email(drawn: tuple[tuple[dict[str, Any], str], ...], ca: bool) -> None:
    for fields, _ in drawn if ca else ():
        if fields["security"] != "none":
            fields["tls.ca_file"] = "/etc/ssl/own ca.pem"
    for fields, _ in drawn:
        fields["envelope_from"] = f"bounces-{fields['from.email']}"
    # One without a login, which must not take the default's.
    for name in ("auth.method", "auth.username", "auth.password"):
        del drawn[2][0][name]
    made = [SendingObject(f"configuration:c{index}", fields) for index, (fields, _) in enumerate(drawn)]
    passwords = {f"P{index}": password for index, (_, password) in enumerate(drawn)}
    with TemporaryDirectory() as folder:
        path = Path(folder, ".gitconfig")
        assert written(GitSendEmail(), {}, Scope(made[0], tuple(made)), passwords, path)
        found = read(path)
    default, *identities = found.accounts
    assert [account.hint for account in identities] == ["c0", "c1", "c2"]
    for account, (fields, password) in zip((default, *identities), (drawn[0], *drawn), strict=True):
        if "auth.username" in fields:
            same(account, fields, password)
        else:
            expected = words_of({**fields, "auth.username": ""})
            del expected["auth"]
            assert dict(account.data) == expected
            assert account.password is None
