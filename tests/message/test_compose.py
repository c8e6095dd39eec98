from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailspec.message.about import About
from mailspec.message.compose import compose, message_id
from mailspec.message.sender import Sender

WHEN = datetime(2026, 11, 21, 10, 30, 5, tzinfo=UTC)
ABOUT = About(
    id="7d3f",
    when=WHEN,
    version="0.1.0",
    name="Primary SMTP Server",
    kind="configuration",
    host="smtp.acme.example",
    port=587,
    security="starttls",
    method="cram_md5",
    username="noreply@acme.example",
    provider="generic",
    instance="Acme Hub",
    environment="staging",
)
SENDER = Sender("noreply@acme.example", "Acme Hub")
STRUCTURE = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("X-Mailspec-Version", "X-Mailspec-Test", "X-Mailspec-Object"),
    *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
}


def read_back(message: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_the_header() -> None:
    sent = read_back(compose(ABOUT, SENDER, "alice@acme.example"))
    assert sent["From"] == "Acme Hub <noreply@acme.example>"
    assert sent["To"] == "alice@acme.example"
    assert sent["Subject"] == "mailspec test: Primary SMTP Server (staging)"
    assert sent["Date"] == "Sat, 21 Nov 2026 10:30:05 +0000"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["X-Mailspec-Object"] == "configuration:Primary SMTP Server"
    assert sent["Sender"] is None
    assert set(sent.keys()) == STRUCTURE


def test_the_body_says_what_was_tested_how_and_when() -> None:
    text = read_back(compose(ABOUT, SENDER, "alice@acme.example")).get_content()
    for words in (
        "configuration Primary SMTP Server",
        "Acme Hub",
        "staging",
        "smtp.acme.example, port 587",
        "STARTTLS",
        "CRAM-MD5 as noreply@acme.example",
        "2026-11-21 10:30:05+00:00",
        "mailspec 0.1.0",
    ):
        assert words in text


def test_on_behalf_names_both() -> None:
    sender = Sender("ceo@acme.example", "CEO", sender="hub@acme.example", reply_to="office@acme.example")
    sent = read_back(compose(ABOUT, sender, "alice@acme.example"))
    assert (sent["From"], sent["Sender"]) == ("CEO <ceo@acme.example>", "hub@acme.example")
    assert sent["Reply-To"] == "office@acme.example"
    assert "sent by hub@acme.example" in sent.get_content()


def test_the_message_id_is_stable_unique_and_in_the_senders_domain() -> None:
    assert message_id("a", "x@acme.example") == message_id("a", "x@acme.example")
    assert message_id("a", "x@acme.example") != message_id("b", "x@acme.example")
    assert message_id("a", "x@acme.example").endswith("@acme.example>")


def test_names_beyond_ascii_become_encoded_words() -> None:
    message = compose(ABOUT, replace(SENDER, name="Bücher & Söhne ☕"), "alice@acme.example")
    assert message.isascii()
    assert read_back(message)["From"].addresses[0].display_name == "Bücher & Söhne ☕"


def test_addresses_beyond_ascii_need_smtputf8() -> None:
    sender = Sender("büro@bücher.example", "Büro")
    with pytest.raises(ValueError, match="SMTPUTF8"):
        compose(ABOUT, sender, "alice@acme.example")
    sent = compose(ABOUT, sender, "alice@acme.example", utf8=True)
    assert "büro@bücher.example".encode() in sent


HOSTILE = "Hub\r\nBcc: eve@acme.example\r\n\r\nbody\x00\x1b[31m\u202e"


def test_nothing_outside_can_add_a_line() -> None:
    about = replace(ABOUT, name=HOSTILE, instance=HOSTILE, environment=HOSTILE, username=HOSTILE, id=HOSTILE)
    sent = read_back(compose(about, Sender("noreply@acme.example", HOSTILE), "alice@acme.example"))
    assert set(sent.keys()) == STRUCTURE
    assert "\x1b" not in sent.get_content()
    assert "\nBcc" not in sent.get_content()


def test_a_name_as_long_as_a_book_is_cut() -> None:
    about = replace(ABOUT, name="x" * 10_000_000, environment="é" * 1_000_000)
    assert len(compose(about, replace(SENDER, name="y" * 1_000_000), "a@acme.example")) < 50_000


@settings(deadline=None)
@given(st.text(st.characters()), st.text())
def test_any_name_gives_one_readable_message(name: str, value: str) -> None:
    about = replace(ABOUT, name=name, environment=value)
    message = compose(about, Sender("noreply@acme.example", name, headers={"X-System": value}), "a@acme.example")
    assert set(read_back(message).keys()) == STRUCTURE | {"X-System"}
    assert max(len(line) for line in message.split(b"\r\n")) <= 998


@pytest.mark.parametrize(
    ("link", "post"),
    [("https://acme.example/leave", "List-Unsubscribe=One-Click"), ("mailto:leave@acme.example", None)],
)
def test_list_unsubscribe_is_written_and_one_click_only_for_https(link, post):
    message = read_back(compose(ABOUT, replace(SENDER, list_unsubscribe=link), "a@acme.example"))
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == post


def test_list_unsubscribe_cannot_add_a_line():
    link = "mailto:a@b.example\r\nBcc: x@y.example"
    message = compose(ABOUT, replace(SENDER, list_unsubscribe=link), "a@acme.example")
    assert read_back(message)["Bcc"] is None
    assert b"\nBcc" not in message
