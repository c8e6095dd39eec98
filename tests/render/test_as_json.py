from __future__ import annotations

import json

import pytest

from mailspec.model.effective import Effective
from mailspec.outcome.effective import Value
from mailspec.render.as_json import effective, effective_json

HOSTILE = 'a\u202eb\x1b[2J\x7f\ud800 "quoted" \\ \n é'
HELD = [
    Effective(
        "Office", "configuration", {"host": Value("mail.acme.example", "own"), "timeout": Value(30.0, "default")}
    ),
    Effective(HOSTILE, "group", {}),
    Effective(
        "alice@acme.example",
        "user",
        {"auth.password": Value({"keyring": HOSTILE}, "general"), "may_send_as": Value(["*@acme.example"], "own")},
    ),
]


@pytest.mark.parametrize("held", [[], HELD[:1], HELD])
def test_the_text_is_the_data(held: list[Effective]) -> None:
    assert json.loads(effective_json(held)) == effective(held)


def test_it_is_made_from_what_is_gone_afterwards() -> None:
    assert json.loads(effective_json(entry for entry in HELD)) == effective(HELD)


def test_nothing_that_a_terminal_acts_on_is_left() -> None:
    text = effective_json(HELD)
    assert not set(text) & set("\u202e\x1b\x7f\ud800")
    assert "é" in text


def test_a_field_is_a_line() -> None:
    assert '\n      "timeout": {"value": 30.0, "origin": "default", "location": null}\n' in effective_json(HELD)
