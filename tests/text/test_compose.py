"""Limits, aliases and what the composer leaves behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailspec.text import Document, Limits

Reader = Callable[..., Document]


def flow(depth: int) -> str:
    return "[" * depth + "]" * depth


def compact(depth: int) -> str:
    return "- " * depth + "x\n"


def block(depth: int) -> str:
    return "".join(f"{' ' * level}a:\n" for level in range(depth - 1)) + f"{' ' * depth}a: 1\n"


def questions(depth: int) -> str:
    return "{a: " * depth + "1" + "}" * depth


@pytest.mark.parametrize("nested", [flow, compact, block, questions])
def test_depth(load: Reader, nested: Callable[[int], str]) -> None:
    assert load(nested(64)).problems == []
    (problem,) = load(nested(65)).problems
    assert problem.kind == "limit"
    assert "64 levels" in problem.message


def test_depth_counts_through_aliases(load: Reader) -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{level}: &a{level} [*a{level - 1}]\n" for level in range(1, 63))
    document = load(chain)
    assert document.problems == []
    value, depth = document.data["a62"], 0
    while isinstance(value, list):
        value, depth = value[0], depth + 1
    assert depth == 63
    (problem,) = load(chain + "a63: [*a62]\n").problems
    assert (problem.kind, problem.span.line) == ("limit", 64)


def test_nodes(load: Reader) -> None:
    limits = Limits(nodes=5)
    assert load("[1, 2, 3, 4]", limits=limits).problems == []
    assert load("[1, 2, 3, 4, 5]", limits=limits).problems[0].kind == "limit"


def test_nodes_are_counted_through_aliases(load: Reader) -> None:
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    bomb += "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    (problem,) = load(bomb).problems
    assert problem.kind == "limit"
    assert "1,000,000" in problem.message


def test_aliases_share_their_data(load: Reader) -> None:
    document = load("a: &a {b: [1]}\nc: *a\nd: [*a]\n")
    assert document.data["a"] is document.data["c"]
    assert document.data["a"] is document.data["d"][0]


def test_a_thousand_problems_are_enough(load: Reader) -> None:
    document = load("a: 1\n" * 5000)
    assert len(document.problems) == 1002
    assert document.problems[-1].kind == "limit"
    assert document.data is None


@pytest.mark.parametrize("text", ["", "\n", "# c\n", "---\n", "--- # c\n", "\ufeff", "---\n...\n"])
def test_nothing_is_no_data_and_no_problem(load: Reader, text: str) -> None:
    document = load(text)
    assert (document.data, document.problems, document.usable) == (None, [], True)
    assert document.span(("a",)).line == 1


def test_problems_before_a_broken_line_are_reported_too(load: Reader) -> None:
    document = load("a: 1\na: 2\n1: x\nb: 'c\n")
    assert [problem.kind for problem in document.problems] == ["duplicate_key", "key", "syntax"]
    assert document.data is None
