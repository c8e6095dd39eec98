"""A whole message that is given names no recipient: who gets it is who was named to ``send``, and checked."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from time import process_time

import pytest

from mailspec.message.fields import Mailbox
from mailspec.message.given import take_apart
from mailspec.message.letters import Heading, from_message, subject_of
from mailspec.message.sender import Sender
from mailspec.outcome.header_fields import meant_by

HEADING = Heading("id", datetime(2026, 11, 28, tzinfo=UTC), Sender("hub@acme.example"), [Mailbox("ann@acme.example")])
NAMES = (
    *("To", "Cc", "Bcc", "BCC", "bcc", "From", "Sender", "Reply-To", "Return-Path", "Apparently-To"),
    *("Resent-To", "Resent-Cc", "RESENT-BCC", "Resent-From", "Resent-Sender", "Resent-Date", "Resent-Message-ID"),
    *("Disposition-Notification-To", "Return-Receipt-To", "DKIM-Signature", "X-Mailspec-Id"),
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_field_of_the_message_names_nobody(name: str, end: str) -> None:
    lines = [
        "Subject: Hi",
        f"{name}: eve@evil.example,",
        " mallory@evil.example",
        "X-Ticket: 7",
        f"{name}: e@evil.example",
    ]
    made = from_message(HEADING, end.join([*lines, "", "hello"]).encode())
    assert b"evil.example" not in made
    message = message_from_bytes(made, policy=SMTP)
    assert (message["To"], message["Cc"], message["X-Ticket"]) == ("ann@acme.example", None, "7")


@pytest.mark.parametrize(
    "field",
    [
        b"X-A: b\x0bBcc: eve@evil.example",
        b"X-A: b\x0cBcc: eve@evil.example",
        b"X-A: b\x1cBcc: eve@evil.example",
        b"X-A: b\x1eBcc: eve@evil.example",
        b"X-A: b\xc2\x85Bcc: eve@evil.example",
        b"X-A: b\xe2\x80\xa8Bcc: eve@evil.example",
        b"X-A: b\0Bcc: eve@evil.example",
        b"Subject: " + b"long " * 30 + b"=?utf-8?q?x=0D=0ABcc:_eve=40evil.example?=",
        b"X-A: " + b"long " * 30 + b"=?utf-8?q?=0ABcc=3A?= eve@evil.example",
    ],
)
@pytest.mark.parametrize("utf8", [False, True])
def test_a_line_that_ends_for_some_readers_brings_no_field(field: bytes, utf8: bool) -> None:
    with pytest.raises(ValueError, match=r"holds a control character|read back"):
        from_message(HEADING, b"X-First: 1\r\n" + field + b"\r\n\r\nhi", utf8=utf8)


def test_what_is_no_field_stays_in_the_body() -> None:
    made = from_message(HEADING, b"Subject: Hi\r\nBcc : eve@evil.example\r\n\r\nhello")
    head, _, body = made.partition(b"\r\n\r\n")
    assert b"evil" not in head
    assert body.startswith(b"Bcc : ")


def test_a_message_keeps_how_it_is_built() -> None:
    raw = "\n".join(
        [
            "Subject: Grüße",
            "MIME-Version: 1.0",
            "Content-Type: text/html; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "Auto-Submitted: no",
            "References: <a@acme.example>",
            " <b@acme.example>",
            "",
            "<p>Grüße</p>",
        ]
    ).encode()
    message = message_from_bytes(from_message(HEADING, raw), policy=SMTP)
    assert message.get_content_type() == "text/html"
    assert message["Auto-Submitted"] == "no"
    assert message["References"] == "<a@acme.example> <b@acme.example>"


def test_encoded_words_without_an_end_take_no_time() -> None:
    raw = b"Subject: " + b"\n ".join([b"=?a?q?x" * 100] * 700) + b"\n\nx\n"
    began = process_time()
    assert subject_of(raw)
    with pytest.raises(ValueError, match="Subject is encoded and longer than"):
        take_apart(raw).fields[0].written(utf8=False)
    assert meant_by("=?utf-8?q?a?= " + "=?a?q?x" * 60_000) is None
    assert process_time() - began < 2
