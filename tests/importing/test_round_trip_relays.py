"""import(write(x)) = x for mail servers of one relay, for Compose, and for settings that Python imports."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailspec.importing.found import Source
from mailspec.importing.sources import KINDS, read_source
from mailspec.programs.presets import PRESETS
from mailspec.targets.compose import Compose
from mailspec.targets.exim import Exim
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.nullmailer import Nullmailer
from mailspec.targets.scope import Scope, SendingObject
from tests.importing.conftest import written
from tests.importing.test_round_trip import FIELDS, RECOGNISED, accounts, lossless, read, round_trip, same, words_of
from tests.support.passwords import ODD

RELAYS: dict[str, FilesTarget] = {"nullmailer": Nullmailer(), "exim": Exim()}
# README.Debian and nullmailer-send(8): what no line of theirs can hold.
LOST_BY = {"nullmailer": set(), "exim": {"trailing "}}


@st.composite
def relays(draw: Any) -> tuple[dict[str, Any], str]:
    """What one relay for everyone can say: a server, its TLS, who signs in, and a greeting."""
    fields, password = draw(accounts())
    del fields["from.email"]  # the programs that hand mail over name their sender themselves
    if fields["security"] != "none":
        if draw(st.booleans()):
            fields["tls.ca_file"] = "/etc/ssl/own ca.pem"
        if draw(st.booleans()):
            fields["tls.validate_certs"] = False
    if draw(st.booleans()):
        fields["ehlo_name"] = "client.acme.example"
    return fields, password


def write_and_read(word: str, fields: dict[str, Any], password: str) -> Source | None:
    scope = Scope(SendingObject("configuration:x", fields))
    with TemporaryDirectory() as folder:
        if not written(RELAYS[word], {}, scope, {"P0": password}, Path(folder)):
            return None
        found = read_source(f"{word}:{folder}")
        assert isinstance(found, Source), found
        # The folder tells what it is by what stands in it.
        assert read(folder).accounts == found.accounts
        return found


@pytest.mark.parametrize("word", RELAYS)
@settings(max_examples=40, deadline=None)
@given(drawn=relays())
def test_one_relay(word: str, drawn: tuple[dict[str, Any], str]) -> None:
    fields, password = drawn
    found = write_and_read(word, fields, password)
    assert found is not None
    (account,) = found.accounts
    same(account, fields, password)
    assert (found.kind, found.target) == (word, {"type": word, "path": found.path})


@pytest.mark.parametrize("word", RELAYS)
@settings(max_examples=10, deadline=None)
@given(drawn=relays())
def test_one_relay_without_a_login(word: str, drawn: tuple[dict[str, Any], str]) -> None:
    fields = {key: value for key, value in drawn[0].items() if not key.startswith("auth.")}
    found = write_and_read(word, fields, "")
    assert found is not None
    expected = words_of({**fields, "auth.username": ""})
    del expected["auth"]
    # Without a user name that is an address a sender is put in, and a note says so.
    assert dict(found.accounts[0].data) == {**expected, "from": {"email": "postmaster@localhost.localdomain"}}
    assert any("no From of its own" in note for note in found.accounts[0].notes)
    assert found.accounts[0].password is None


@pytest.mark.parametrize("password", ODD)
@pytest.mark.parametrize("word", RELAYS)
def test_odd_passwords_of_one_relay(word: str, password: str) -> None:
    fields = {key: value for key, value in FIELDS.items() if key != "from.email"}
    found = write_and_read(word, fields, password)
    if found is None:
        assert password in LOST_BY[word]
        return
    same(found.accounts[0], fields, password)


def test_what_a_relay_cannot_hold_is_refused_when_written() -> None:
    fields = {key: value for key, value in FIELDS.items() if key != "from.email"}
    for word in RELAYS:
        assert write_and_read(word, fields, "line\nend") is None
        assert write_and_read(word, fields, "nul\0") is None
    # passwd.client parts its lines by colons.
    assert write_and_read("exim", {**fields, "host": "2001:db8::1"}, "x") is None
    (account,) = write_and_read("nullmailer", {**fields, "host": "2001:db8::1"}, "x").accounts  # type: ignore[union-attr]
    assert account.data["host"] == "2001:db8::1"


@pytest.mark.parametrize("secrets", ["values", "references"])
@pytest.mark.parametrize("preset", RECOGNISED)
@settings(max_examples=6, deadline=None)
@given(drawn=accounts(named=True))
def test_compose(preset: str, secrets: str, drawn: tuple[dict[str, Any], str]) -> None:
    fields, password = lossless(PRESETS[preset], drawn[0]), drawn[1]
    scope = Scope(SendingObject("configuration:x", fields))
    words = {"type": "compose", "preset": preset, "service": "app"}
    words |= {"secrets": "values"} if secrets == "values" else {}
    with TemporaryDirectory() as folder:
        path = Path(folder, "mail.yml")
        if not written(Compose(), words, scope, {"P0": password}, path):
            return
        (account,) = read(f"compose:{path}").accounts
    assert account.hint == "app"
    if secrets == "values":
        same(account, fields, password)
    else:
        assert dict(account.data) == words_of(fields)
        assert (account.password, account.reference) == (None, {"env": "P0"})


@pytest.mark.parametrize("version", [None, "6.1"])
@settings(max_examples=4, deadline=None)
@given(drawn=accounts(named=True))
def test_settings_that_python_imports(version: str | None, drawn: tuple[dict[str, Any], str]) -> None:
    """Each example is a process of its own."""
    round_trip("django", "python_file", drawn, "settings.py", version=version)


def test_every_kind_of_source_that_mailspec_writes_comes_back() -> None:
    """What is read and has no test of its way back is written by nobody here."""
    covered = {"postfix", "msmtp", "git", "gitea", "grafana", "alertmanager", "synapse", "django", "env", "compose"}
    assert KINDS.keys() - covered - RELAYS.keys() == {"ssmtp"}
