"""Handing a message to this machine's mail program: scripts that note how they were called, and xdg-email itself."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from mailspec.mail.check import Occasion
from mailspec.mail.local.handing import hand_over, look
from mailspec.mail.local.program import LocalAccount
from mailspec.message.sender import Sender

ALICE = LocalAccount(
    "alice@acme.example",
    "user",
    Sender(email="alice@acme.example", name="Alice Ä", envelope_from="bounces@acme.example"),
    timeout=5.0,
)
ABOUT = Occasion("1.0")
NOTES = """#!/bin/sh
printf '%s\\n' "$@" > {folder}/arguments
cat > {folder}/message
echo '{words}'
exit {code}
"""


def script(folder: Path, name: str, code: int = 0, words: str = "", text: str | None = None) -> None:
    path = folder / name
    path.write_text(text or NOTES.format(folder=folder, code=code, words=words))
    path.chmod(0o755)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that comes first in PATH; no screen."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "MAILER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_sendmail_gets_the_whole_envelope_and_the_message(place: Path) -> None:
    script(place, "sendmail")
    result = hand_over(ALICE, "bob@acme.example", about=ABOUT)
    assert (result.status, result.proven, result.stage) == ("passed", "handed_over", "data")
    assert str(place / "sendmail") in str(result.reason)
    arguments = (place / "arguments").read_text().splitlines()
    assert arguments == ["-i", "-f", "bounces@acme.example", "--", "bob@acme.example"]
    message = (place / "message").read_bytes()
    assert b"\r" not in message
    assert b"From: =?utf-8?q?Alice_=C3=84?= <alice@acme.example>" in message
    assert b"To: bob@acme.example" in message


@pytest.mark.parametrize(
    ("code", "words", "category"),
    [
        (64, "", "config_invalid"),
        (67, "unknown user", "recipient_rejected"),
        (69, "", "server_unavailable"),
        (74, "account default not found", "config_invalid"),
        (75, "sendmail: fatal: usage", "config_invalid"),
        (77, "535 5.7.8 Authentication failed", "auth_failed"),
        (77, "550 5.7.60 Client does not have permissions to send as this sender", "send_as_denied"),
        (1, "", "unknown"),
    ],
)
def test_an_exit_code_is_reported_by_what_it_means(place: Path, code: int, words: str, category: str) -> None:
    script(place, "sendmail", code, words)
    result = hand_over(ALICE, "bob@acme.example", about=ABOUT)
    assert (result.status, result.category, result.proven) == ("failed", category, "nothing")
    assert f"exit {code}" in str(result.reason)
    assert result.server_reply == (words or None)
    assert "try later" not in f"{result.reason} {result.advice}".lower()


def test_a_program_that_does_not_end_is_given_up(place: Path) -> None:
    script(place, "sendmail", text="#!/bin/sh\nexec sleep 30\n")
    quick = LocalAccount("alice@acme.example", "user", ALICE.sender, timeout=0.3)
    result = hand_over(quick, "bob@acme.example", about=ABOUT)
    assert (result.status, result.category) == ("failed", "timeout")
    assert result.seconds < 5


def test_xdg_email_opens_a_draft_and_is_chosen_where_a_person_sits(
    place: Path, monkeypatch: pytest.MonkeyPatch, lack: Callable[[str], NoReturn]
) -> None:
    if shutil.which("xdg-email") is None:
        lack("xdg-utils is not installed: run tools/services/mailers.sh as root")
    script(place, "sendmail", 1)
    script(place, "mailer")
    monkeypatch.setenv("MAILER", str(place / "mailer"))
    result = hand_over(ALICE, "bob@acme.example", about=ABOUT)
    assert (result.status, result.proven) == ("passed", "handed_over"), result
    assert "draft" in str(result.reason)
    (address,) = (place / "arguments").read_text().splitlines()
    parts = urlsplit(address)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", "bob@acme.example")
    fields = parse_qs(parts.query)
    assert fields["subject"] == ["mailspec test: alice@acme.example"]
    assert "alice@acme.example" in fields["body"][0]


def test_an_address_that_looks_like_an_option_is_not_given_to_xdg_email(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(place, "xdg-email")
    monkeypatch.setenv("DISPLAY", ":9")
    result = hand_over(ALICE, "--attach@acme.example", about=ABOUT)
    assert (result.status, result.category) == ("failed", "config_invalid")
    assert not (place / "arguments").exists()


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_the_refusal_says_what_is_missing(
    place: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    script(place, "sendmail")
    monkeypatch.setattr(sys, "platform", platform)
    for result in (hand_over(ALICE, "bob@acme.example", about=ABOUT), look(ALICE)):
        assert (result.status, result.category, result.detail) == ("failed", "config_invalid", "no_local_client")
        assert "Outlook" in str(result.reason)
    assert not (place / "arguments").exists()


def test_without_any_program_both_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("mailspec.mail.local.handing._MORE_PLACES", ())
    result = hand_over(ALICE, "bob@acme.example", about=ABOUT, environ={"PATH": str(tmp_path)})
    assert result.detail == "no_local_client"
    assert "sendmail" in str(result.reason)
    assert "xdg-email" in str(result.reason)
    assert "Postfix" in str(result.advice)


def test_looking_runs_nothing_and_proves_nothing(place: Path) -> None:
    script(place, "sendmail")
    result = look(ALICE)
    assert (result.status, result.proven) == ("skipped", "nothing")
    assert not (place / "arguments").exists()
