"""Exports: what is written is read back in each format, other people's files are refused, values keep their types."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mailspec.targets.base import TargetProblem
from mailspec.targets.documents.document import Document
from mailspec.targets.documents.nested import WRITERS, nested

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.dictionaries(
    st.sampled_from(
        ["configurations/A/B/from.name", "users/a@b.example/auth.password", "bulk/from.name", "mailings/true/from.name"]
    ),
    TEXTS,
)


@pytest.mark.parametrize("word", WRITERS)
@settings(max_examples=40, deadline=None)
@given(keys=KEYS)
def test_what_is_written_comes_back_or_is_refused(word: str, keys: dict[str, str]) -> None:
    document = Document(WRITERS[word]())
    wanted = {"instance": "acme", "mail": "on", **keys}
    after = document.edit("", dict(wanted))
    if isinstance(after, TargetProblem):
        assert word == "csv"
        assert any(not value or set(value) & set("\r\0\t=+-@\uff1d\uff0b\uff0d\uff20") for value in keys.values())
    else:
        assert document.parse(after) == wanted
        assert document.edit(after, dict(wanted)) == after


@pytest.mark.parametrize("word", WRITERS)
@pytest.mark.parametrize("text", ["host: x\n", '{"host": "x"}', "a,b\r\n1,2\r\n", "{", "[]"])
def test_a_file_of_other_people_is_refused(word: str, text: str) -> None:
    assert isinstance(Document(WRITERS[word]()).edit(text, {"mail": "on"}), TargetProblem)


def test_leavers_leave_the_document() -> None:
    document = Document(WRITERS["json"]())
    before = document.edit("", {"users/a@b.example/host": "x", "users/c@b.example/host": "x"})
    assert isinstance(before, str)
    after = document.edit(before, {"users/a@b.example/host": "x", "users/c@b.example/host": None})
    assert json.loads(str(after))["users"] == {"a@b.example": {"host": "x"}}


@pytest.mark.parametrize("load", [json.loads, YAML(typ="safe").load])
def test_values_have_the_types_of_their_fields(load: Any) -> None:
    word = "json" if load is json.loads else "yaml"
    text = WRITERS[word]().write(
        {
            "configurations/A/active": "true",
            "configurations/A/port": "587",
            "configurations/A/timeout": "2.5",
            "configurations/A/may_send_as": '["*@a.example"]',
            "configurations/A/auth.password": '{"env":"X"}',
            "configurations/A/from.name": "on",
        }
    )
    assert load(text)["configurations"]["A"] == {
        "active": True,
        "port": 587,
        "timeout": 2.5,
        "may_send_as": ["*@a.example"],
        "auth.password": {"env": "X"},
        "from.name": "on",
    }


def test_a_password_that_looks_like_a_reference_stays_a_text() -> None:
    assert nested({"bulk/auth.password": '{ "env": "X" }'})["bulk"]["auth.password"] == '{ "env": "X" }'


def test_a_table_has_a_row_an_object() -> None:
    text = WRITERS["csv"]().write({"users/b@x.example/host": "b", "users/a@x.example/port": "25", "mail": "on"})
    assert list(csv.reader(io.StringIO(text))) == [
        ["section", "name", "host", "port"],
        ["document", "mail", "on"],
        ["users", "a@x.example", "", "25"],
        ["users", "b@x.example", "b", ""],
    ]


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\tx",
    " =1",
    '"=1"',
    "a;=1",
    'a; "=1"',
    "a\n=1",
    "a\t=1",
    "\uff1d1",
    "\uff0b1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_calculate_is_in_no_table(text: str) -> None:
    for keys in (
        {"configurations/A/from.name": text},
        {"users/a@b.example/auth.password": text},
        {f"configurations/{text}/host": "mail.acme.example"},
        {"instance": text},
    ):
        after = Document(WRITERS["csv"]()).edit("", keys)
        assert isinstance(after, TargetProblem)
        assert "formula" in after.message
        assert text not in after.message or "auth.password" not in keys
        for word in ("json", "yaml"):
            assert isinstance(Document(WRITERS[word]()).edit("", dict(keys)), str)


@pytest.mark.parametrize(
    "text", ["a=b", "a-b", "x@acme.example", "1", "{'a': -1}", "a, -b", "'=1", '["-x"]', "p;w", "a - b"]
)
def test_a_sign_within_a_text_is_no_formula(text: str) -> None:
    after = Document(WRITERS["csv"]()).edit("", {"configurations/A/from.name": text})
    assert isinstance(after, str), after
    assert Document(WRITERS["csv"]()).parse(after) == {"configurations/A/from.name": text}
