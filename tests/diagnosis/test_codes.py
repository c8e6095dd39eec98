from __future__ import annotations

import pytest

from mailspec.diagnosis.codes import Codes, by_code, one_line, read_codes
from mailspec.outcome.mail import Stage


@pytest.mark.parametrize(
    ("text", "basic", "enhanced"),
    [
        ("550 5.1.1 no such user", 550, "5.1.1"),
        ("550-5.1.1 no such user", 550, "5.1.1"),
        ("smtp;550 5.1.1 x", 550, "5.1.1"),
        ("(535, b'5.7.8 refused')", 535, "5.7.8"),
        ("Error: Invalid login: 535 5.7.8 refused", 535, "5.7.8"),
        ("SMTP code:550 msg:550-5.7.1 no", 550, "5.7.1"),
        ("The server response was: 5.7.57 Client not authenticated", None, "5.7.57"),
        ('but got code "535", with message', 535, None),
        ("250 2.0.0 queued", None, None),
        ("connect to smtp.acme.example port 587 failed", None, None),
        ("connect 127.0.0.1:465", None, None),
        ("after 500 ms", None, None),
        ('File "smtplib.py", line 450, in send', None, None),
        ("HTTP/1.1 404 Not Found", None, None),
        ("OpenSSL/5.0.2", None, None),
        ("host 5.6.7.8 refused", None, None),
        ("no digits", None, None),
        ("", None, None),
    ],
)
def test_codes_are_found_and_nothing_else(text: str, basic: int | None, enhanced: str | None) -> None:
    assert read_codes(text) == Codes(basic, enhanced)


@pytest.mark.parametrize(
    "text",
    [
        "535-5.7.8 Username and Password\n535 5.7.8 not accepted",
        "535-5.7.8 Username and Password\r\n535 5.7.8 not accepted",
        "535-5.7.8 Username and Password\\n535 5.7.8 not accepted",
        "535-5.7.8 Username and Password\\n5.7.8 not accepted",
        "535-5.7.8  Username   and Password\n not accepted",
    ],
)
def test_a_reply_of_many_lines_becomes_one(text: str) -> None:
    assert one_line(text) == "535-5.7.8 Username and Password not accepted"


@pytest.mark.parametrize(
    ("basic", "enhanced", "stage", "expected"),
    [
        (550, None, "rcpt_to", "recipient_rejected"),
        (550, None, "mail_from", "sender_unverified"),
        (554, None, "data", "message_rejected_policy"),
        (554, None, "greeting", "server_unavailable"),
        (535, None, None, "auth_failed"),
        (454, None, "starttls", "tls_handshake"),
        (454, None, "auth", "auth_failed"),
        (550, "5.7.26", "data", "message_rejected_policy"),
        (552, "5.2.2", None, "recipient_rejected"),
        (552, None, None, "message_too_large"),
    ],
)
def test_codes_alone(basic: int, enhanced: str | None, stage: Stage | None, expected: str) -> None:
    found = by_code(Codes(basic, enhanced), stage)
    assert found is not None
    assert found.category == expected


def test_an_unknown_code_says_nothing() -> None:
    assert by_code(Codes(550, None), None) is None
    assert by_code(Codes(None, None), "data") is None
