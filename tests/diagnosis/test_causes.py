"""Two causes in one text are told as two; what follows from the first is not."""

from __future__ import annotations

import pytest

from mailspec.diagnosis.bounce import explain
from mailspec.diagnosis.causes import replies_in
from tests.diagnosis.scoring import FOLDER, labelled

SIZE = "552 5.3.4 Message size exceeds fixed limit"
FULL = "452 4.2.2 The recipient's inbox is out of storage space"


def causes(text: str) -> list[tuple[str, str | None]]:
    return [(one.diagnosis.category, one.diagnosis.detail) for one in explain(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{SIZE}\n{FULL}", [("message_too_large", None), ("recipient_rejected", "mailbox_full")]),
        (
            f"first try: {SIZE}; second try: {FULL}",
            [("message_too_large", None), ("recipient_rejected", "mailbox_full")],
        ),
        (
            "535 5.7.8 Error: authentication failed\n550 5.7.1 Client host [192.0.2.1] blocked using x.example",
            [("auth_failed", "bad_credentials"), ("message_rejected_policy", "blocklist")],
        ),
        (
            "553 5.7.1 <info@acme.example>: Sender address rejected: not owned by user noreply@acme.example\n"
            "550 5.1.1 <bob@other.example>: Recipient address rejected: User unknown in virtual mailbox table",
            [("send_as_denied", "envelope"), ("recipient_rejected", "unknown_user")],
        ),
    ],
)
def test_two_refusals_of_different_kinds_are_two_causes(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert causes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "535 5.7.3 Authentication unsuccessful\n530 5.7.57 Client not authenticated to send mail.",
        "535-5.7.8 Username and Password not accepted.\n535 5.7.8 Learn more - gsmtp",
        "454 4.7.0 TLS not available due to local problem\n530 5.7.0 Must issue a STARTTLS command first",
        "550 5.1.1 <bob@other.example>: Recipient address rejected: User unknown\n421 4.4.2 Error: timeout exceeded",
        "535 5.7.8 Error: authentication failed",
    ],
)
def test_what_follows_from_a_refusal_is_no_second_cause(text: str) -> None:
    assert len(causes(text)) == 1


def test_few_of_the_collected_texts_are_taken_for_two() -> None:
    texts = [case.text for case in (*labelled(), *labelled(FOLDER / "fresh"))]
    assert [text for text in texts if len(explain(text)) > 1 and replies_in(text)][3:] == []
