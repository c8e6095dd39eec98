"""Mails that others wrote to end their reader: each gets an answer."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

import mailspec
from mailspec.text.foreign_mail import Unreadable, addresses_in, read_header, read_mail

MULTIPARTS = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(10_000))
OF_BLOCKS = "Content-Type: message/delivery-status\n\n" + "Action: failed\n\n" * 6_000


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Content-Type: message/rfc822\n\n" * 51, "nested too deeply"),
        ("Content-Type: message/rfc822\n\n" * 17_000, "nested too deeply"),
        ("From: a@b\n" + MULTIPARTS, "nested too deeply"),
        ("Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\n" * 6_000, "too many parts"),
        (OF_BLOCKS, "too many parts"),
    ],
    ids=["51 mails", "17000 mails", "multiparts", "6000 parts", "6000 blocks"],
)
def test_a_mail_beyond_the_bounds_is_answered_with_the_reason(text: str, reason: str) -> None:
    read = read_mail(text.encode())
    assert isinstance(read, Unreadable)
    assert reason in read.reason


def test_fifty_mails_within_each_other_are_read() -> None:
    read = read_mail(b"Content-Type: message/rfc822\n\n" * 50 + b"Subject: innermost\n\n")
    assert not isinstance(read, Unreadable)
    assert [part.get("Subject") for part in read.walk()][-1] == "innermost"


@pytest.mark.parametrize(
    "parameters",
    [f"charset*{'9' * 5_000}=x", ";" * 300_000, "charset*=" + "'" * 9_000, 'charset="' + "\\" * 9_000],
    ids=["digits", "semicolons", "quotes", "backslashes"],
)
def test_a_parameter_that_cannot_be_read_is_none(parameters: str) -> None:
    start = time.process_time()
    for kind in ("text/plain", "multipart/mixed"):
        read = read_mail(f"Content-Type: {kind}; {parameters}\n\nwords".encode())
        assert not isinstance(read, Unreadable)
        assert read.get_content_charset() is None
    assert time.process_time() - start < 1


def test_a_field_of_nested_comments_has_no_address() -> None:
    assert addresses_in(["(" * 500_000, "Ann (at home) <ann@acme.example>", "b@acme.example"]) == [
        "ann@acme.example",
        "b@acme.example",
    ]


def test_of_a_header_no_part_is_looked_at() -> None:
    assert read_header("To: a@b.example\n" + MULTIPARTS)["To"] == "a@b.example"


def test_no_other_module_uses_the_standard_library_reader() -> None:
    reads = re.compile(r"email\.message_from|import message_from|email\.(feed)?parser|parseaddr|getaddresses")
    root = Path(mailspec.__file__).parent
    using = [str(file.relative_to(root)) for file in root.rglob("*.py") if reads.search(file.read_text("utf-8"))]
    assert using == ["text/foreign_mail.py"]
