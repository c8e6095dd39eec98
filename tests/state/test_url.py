"""``--state``: what is understood, and what is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailspec.outcome.refusal import Refusal
from mailspec.state.engine import connect
from mailspec.state.errors import StateError
from mailspec.state.url import parse_url

PROJECT = Path("/srv/project")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (None, "/srv/project/.mailspec/state.sqlite"),
        ("", "/srv/project/.mailspec/state.sqlite"),
        ("sqlite:///state.sqlite", "/srv/project/state.sqlite"),
        ("sqlite:////var/lib/state.sqlite", "/var/lib/state.sqlite"),
    ],
)
def test_a_file_is_relative_to_the_project_or_absolute(text: str | None, path: str) -> None:
    assert parse_url(text, PROJECT).path == Path(path)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://host/db", "postgresql://host/db"),
        ("postgres://me@host/db", "postgres://me@host/db"),
        ("postgresql://me:canary@host:5433/db", "postgresql://me:********@host:5433/db"),
        ("postgresql+psycopg://me:can%20ary@host/db", "postgresql+psycopg://me:********@host/db"),
        ("postgresql://me:can@ary@host/db", "postgresql://me:********@host/db"),
        (
            "postgresql://host/db?password=canary&sslmode=require",
            "postgresql://host/db?password=********&sslmode=require",
        ),
    ],
)
def test_a_password_is_never_shown(text: str, shown: str) -> None:
    url = parse_url(text, PROJECT)
    assert url.display == shown
    assert "canary" not in repr(url)
    assert "ary" not in repr(url)


@pytest.mark.parametrize(
    "text",
    [
        "mysql://me:canary@h/d",
        "nonsense",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///x?mode=ro",
        "\x1b://",
    ],
)
def test_what_is_no_state_is_refused_without_repeating_it(text: str) -> None:
    found = parse_url(text, PROJECT, "MAILSPEC_STATE_URL")
    assert isinstance(found, Refusal)
    assert found.message.startswith("MAILSPEC_STATE_URL")
    assert "canary" not in found.message
    assert "\x1b" not in found.message
    assert "postgresql://" in found.help


@pytest.mark.parametrize("text", ["postgresql://me:canary@host:notaport/db"])
def test_what_cannot_be_connected_to_is_refused(text: str) -> None:
    with pytest.raises(StateError) as caught:
        connect(parse_url(text, PROJECT, "MAILSPEC_STATE_URL"))
    assert caught.value.refusal.message.startswith("MAILSPEC_STATE_URL")
    assert "canary" not in caught.value.refusal.message
