""".env files, held to python-dotenv."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mailspec.targets.dialects.registry import DIALECTS

LITERAL = DIALECTS["dotenv_literal"]
SPECIAL = st.lists(
    st.sampled_from(
        ["A=", "B=", "export ", "x", "'", '"', "\\", "\\n", " ", "\n", "\r\n", "#", " #", "$A", "${A}", "é", "=", "'C'"]
    ),
    max_size=14,
).map("".join)
VALUE = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30) | SPECIAL
QUICK = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(value=VALUE)
@example(value="it's")
@example(value='it\'s "both"')
@example(value="ends in a backslash\\")
@example(value="'\\")
@example(value="two\nlines")
@example(value="a # b")
@example(value="")
def test_what_is_written_is_read_back(python_dotenv, value: str) -> None:
    dialect = LITERAL
    quoted = dialect.quote(value)
    if quoted is None:
        assert dialect.why_not(value)
        return
    text = f"A=1\n{dialect.line('K', quoted)}\nB='2'\n"
    assert python_dotenv(text) == {"A": "1", "K": value, "B": "2"}


@QUICK
@given(text=SPECIAL)
@example(text="A='x\ny' # c\nB=1")
@example(text='A="open\nB=1\n')
@example(text="A= # only a comment\nB=#1")
@example(text="\ufeffA=1")
def test_any_text_is_read_as_the_reader_does(python_dotenv, text: str) -> None:
    held = python_dotenv(text)
    for key, value in {item.key: item.value for item in LITERAL.parse(text)}.items():
        assert key in held
        if value is not None:
            assert held[key] == value
    assert {item.key for item in LITERAL.parse(text)} == set(held)


@pytest.mark.parametrize("value", ["${HOME}", "a${b}c", "nul\0"])
def test_what_the_reader_would_change_is_refused(value: str) -> None:
    assert LITERAL.quote(value) is None


@pytest.mark.parametrize(
    ("value", "written"),
    [("simple-1", "simple-1"), ("p$ss w#rd", "'p$ss w#rd'"), ("it's", '"it\'s"'), ("a\nb", '"a\\nb"')],
)
def test_the_form_is_the_one_most_readers_agree_on(value: str, written: str) -> None:
    assert LITERAL.quote(value) == written
