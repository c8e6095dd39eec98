"""Where values stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailspec.text import Document

Reader = Callable[..., Document]

TEXT = """\
a: one          # c
b:
  - 'x y'
  - {c: "é😀", d: [1, 2]}   # c

e:
f: |
  block

# c
g: !!str &g 5
h: >-
  folded
   more
"i": {j: }
k: *g
l:
- m: 1
  n:

# the end
"""

PLACES = [
    ((), (1, 1, 19, 5)),
    (("a",), (1, 4, 1, 7)),
    (("b",), (3, 3, 4, 25)),
    (("b", 0), (3, 5, 3, 10)),
    (("b", 1), (4, 5, 4, 25)),
    (("b", 1, "c"), (4, 9, 4, 13)),
    (("b", 1, "d"), (4, 18, 4, 24)),
    (("b", 1, "d", 1), (4, 22, 4, 23)),
    (("e",), (6, 3, 6, 3)),
    (("f",), (7, 4, 8, 8)),
    (("g",), (11, 4, 11, 14)),
    (("h",), (12, 4, 14, 8)),
    (("i",), (15, 6, 15, 11)),
    (("i", "j"), (15, 9, 15, 9)),
    (("k",), (16, 4, 16, 6)),
    (("l",), (18, 1, 19, 5)),
    (("l", 0), (18, 3, 19, 5)),
    (("l", 0, "n"), (19, 5, 19, 5)),
]


@pytest.mark.parametrize(("path", "place"), PLACES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_span(load: Reader, path: tuple[str | int, ...], place: tuple[int, ...], line_end: str) -> None:
    document = load(TEXT.replace("\n", line_end))
    assert document.problems == []
    assert document.span(path)[:4] == place


def test_span_of_a_key(load: Reader) -> None:
    document = load(TEXT)
    assert document.span(("b", 1, "d"), key=True)[:4] == (4, 15, 4, 16)
    assert document.span(("i",), key=True)[:4] == (15, 1, 15, 4)
    assert document.span(("b", 0), key=True) == document.span(("b", 0))


@pytest.mark.parametrize("path", [("b", 9), ("b", "x"), ("b", 0, "x"), ("b", "x", 1, "y")])
def test_a_path_that_leads_nowhere_ends_at_the_nearest_ancestor(load: Reader, path: tuple[str | int, ...]) -> None:
    document = load(TEXT)
    nearest = path[:2] if path[1] == 0 else path[:1]
    assert document.span(path) == document.span(nearest)
    assert document.span(path, key=True) == document.span(nearest)


def test_what_an_alias_repeats_stands_at_its_anchor(load: Reader) -> None:
    document = load("a: &a {b: 1}\nc: *a\n")
    assert document.span(("c",))[:2] == (2, 4)
    assert document.span(("c", "b")) == document.span(("a", "b"))


def test_of_equal_keys_the_first_counts(load: Reader) -> None:
    document = load("a: {x: 1}\na: {y: 2}\nb: 3\n")
    assert document.data == {"a": {"x": 1}, "b": 3}
    assert document.span(("a",)).line == 1
    assert document.span(("b",)).line == 3


def test_is_plain(load: Reader) -> None:
    document = load(TEXT)
    plain = [path for path, _ in PLACES if document.is_plain(path)]
    assert plain == [("a",), ("b", 1, "d", 1), ("g",)]
    assert not document.is_plain(("nothing",))


def test_places_in_a_broken_text_do_not_raise(load: Reader) -> None:
    document = load("a:\n  b: 1\n  c: 'x\n")
    assert document.data is None
    assert document.span(("a", "b"))[:2] == (2, 6)
    assert document.span(("a",)).line == 2


def test_lines_end_only_where_yaml_1_2_says(load: Reader) -> None:
    document = load("a: x\u2028y\u0085z\u2029\nb: \u0085\n")
    assert document.data == {"a": "x\u2028y\u0085z\u2029", "b": "\u0085"}
    assert document.span(("b",))[:4] == (2, 4, 2, 5)


@pytest.mark.parametrize("text", ['a: "x', 'a: 1\nb: "x', '- a: 1\n  b: "x'])
@pytest.mark.parametrize("step", ["a", "b"])
def test_a_key_behind_which_the_text_ends_has_a_place(load: Reader, text: str, step: str) -> None:
    path: tuple[str | int, ...] = (0, step) if text.startswith("-") else (step,)
    first, later = load(text).span(path), load(text)
    later.span(path[:-1])
    assert first == later.span(path)
    assert 0 <= first.start < first.end <= len(text)
