"""Compose and Node's dotenv, by the cases of their own tests; no form is written that they take otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailspec.targets.dialects.dotenv_readers import compose, node
from mailspec.targets.dialects.registry import DIALECTS

LITERAL = DIALECTS["dotenv_literal"]


@pytest.mark.parametrize(
    ("form", "read"),
    [
        ("plain", "plain"),
        ("a b  # comment", "a b"),
        ("'$NAME \\n # x'", "$NAME \\n # x"),
        ("'it\\'s'", "it's"),
        ("'C:\\path\\n'", "C:\\path\\n"),
        ("'a\\\\'", "a\\\\"),
        ("'open", None),
        ("'two\nlines'", "two\nlines"),
        ('"tab\\tnl\\nq\\" \\\\"', 'tab\tnl\nq" \\'),
        ('"$NAME"', None),
        ('"${NAME}"', None),
        ('"\\$NAME"', "$NAME"),
        ("pa$$word", None),
        ("$NAME", None),
        ("'a' b", None),
    ],
)
def test_compose(form: str, read: str | None) -> None:
    assert compose(form) == read


@pytest.mark.parametrize(
    ("form", "read"),
    [
        ("plain", "plain"),
        ("a#b", "a"),
        ("'a#b $NAME'", "a#b $NAME"),
        ('"a\\nb"', "a\nb"),
        ("'a\\nb'", "a\\nb"),
        ('"q\\""', 'q\\"'),
        ('"back\\\\slash"', "back\\\\slash"),
        ("'it's'", "it's"),
        ('`it\'s "both"`', 'it\'s "both"'),
    ],
)
def test_node(form: str, read: str | None) -> None:
    assert node(form) == read


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="aA1$'\"\\`#\n {}é=n", max_size=12))
def test_a_form_that_is_written_is_read_alike_by_all(value: str) -> None:
    form = LITERAL.quote(value)
    if form is None:
        assert LITERAL.why_not(value)
    else:
        assert compose(form) == value
        assert node(form) == value


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("pa$word", "'pa$word'"),
        ("it's", '"it\'s"'),
        ("it's $x", None),
        ('it\'s "x"', None),
        ("two\nlines", '"two\\nlines"'),
    ],
)
def test_dollars_stand_within_single_quotes_or_nowhere(value: str, form: str | None) -> None:
    assert LITERAL.quote(value) == form
