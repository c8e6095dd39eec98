from __future__ import annotations

import pytest

from mailspec.message.sender import Sender, header_problem


def test_bounces_go_to_from_unless_declared_otherwise() -> None:
    assert Sender("a@acme.example").bounces == "a@acme.example"
    assert Sender("ceo@acme.example", sender="hub@acme.example").bounces == "hub@acme.example"
    assert Sender("a@acme.example", envelope_from="bounces@acme.example").bounces == "bounces@acme.example"


@pytest.mark.parametrize("headers", [{}, {"X-System": "hub"}, {"List-Id": "Hub <hub.acme.example>"}])
def test_ordinary_headers_pass(headers: dict[str, str]) -> None:
    assert header_problem(headers) is None


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"From": "x@acme.example"}, "set by mailspec itself"),
        ({"bCC": "x@acme.example"}, "set by mailspec itself"),
        ({"To": "x@acme.example"}, "set by mailspec itself"),
        ({"Cc": "x@acme.example"}, "set by mailspec itself"),
        ({"Resent-To": "x@acme.example"}, "set by mailspec itself"),
        ({"RESENT-BCC": "x@acme.example"}, "set by mailspec itself"),
        ({"Apparently-To": "x@acme.example"}, "set by mailspec itself"),
        ({"Disposition-Notification-To": "x@acme.example"}, "set by mailspec itself"),
        ({"X-Mailspec-Test": "1"}, "set by mailspec itself"),
        ({"X System": "hub"}, "not a header field's name"),
        ({"X-System:": "hub"}, "not a header field's name"),
        ({"X-System": "x" * 999}, "longer than 998"),
        ({"": "hub"}, "not a header field's name"),
        ({"X-System\r\nBcc": "hub"}, "not a header field's name"),
        ({"X-System": "hub\r\nBcc: x@acme.example"}, "holds a line break"),
        ({"X-System": "hub\nBcc: x@acme.example"}, "holds a line break"),
        ({"X-System": "hub\rBcc: x@acme.example"}, "holds a line break"),
    ],
)
def test_what_would_change_the_message_is_named(headers: dict[str, str], words: str) -> None:
    assert words in str(header_problem(headers))
