from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailspec.model.effective import Effective
from mailspec.outcome.effective import Value
from mailspec.outcome.mail import TestResult
from mailspec.outcome.secrets import SecretChange
from mailspec.render.as_json import effective, effective_json, records
from mailspec.render.secrets_text import change_data

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


def test_a_result_has_the_fields_of_its_schema_and_none_of_its_class() -> None:
    schema = json.loads((Path(__file__).parents[2] / "schemas/output/test.json").read_text())
    (data,) = records([TestResult("Office", "configuration", "passed")])
    assert set(data) == set(schema["items"]["properties"])
    change = SecretChange(
        "Office", "configuration", "env:A", "stored", test=TestResult("Office", "configuration", "passed")
    )
    assert change_data(change)["test"] == data
