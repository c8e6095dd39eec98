"""Secrets in environment variables: strings as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailspec.secrets.env import resolve_env

BASE = Path("/")


@pytest.mark.parametrize("value", ["s3cret", "007", " spaces ", "1e5", "true", "null", "a\nb\n", "é☃"])
def test_the_text_is_never_trimmed_or_guessed(value: str) -> None:
    assert resolve_env("P", BASE, {"P": value}).secret.reveal() == value


@pytest.mark.parametrize(
    ("word", "environ", "kind"),
    [
        ("P", {}, "missing"),
        ("P", {"P": ""}, "empty"),
        ("P", {"P": "\udcff"}, "malformed"),
        ("", {}, "malformed"),
        ("A=B", {}, "malformed"),
        (5, {}, "malformed"),
        (None, {}, "malformed"),
    ],
)
def test_what_is_missing_is_reported(word, environ: dict[str, str], kind: str) -> None:
    assert resolve_env(word, BASE, environ).kind == kind
