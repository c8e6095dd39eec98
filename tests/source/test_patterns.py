"""The patterns of ``include``."""

from __future__ import annotations

import time

import pytest

from mailspec.source.patterns import is_wild, leads_out, matches, start_of


@pytest.mark.parametrize(
    ("inside", "pattern"),
    [
        ("a.yml", "a.yml"),
        ("a.yml", "./a.yml"),
        ("a.yml", "*.yml"),
        ("a.yml", "**/*.yml"),
        ("a/b/c.yml", "**/*.yml"),
        ("a/b/c.yml", "a/**"),
        ("a/b/c.yml", "a/**/c.yml"),
        ("a/c.yml", "a/**/c.yml"),
        ("a/b/c.yml", "a//b/./c.yml"),
        ("a/b1.yml", "a/b[0-9].yml"),
    ],
)
def test_match(inside, pattern):
    assert matches(inside, pattern)


@pytest.mark.parametrize(
    ("inside", "pattern"),
    [
        ("b/a.yml", "a.yml"),
        ("a/b.yml", "*.yml"),
        ("A.yml", "a.yml"),
        ("a/b/c.yml", "a/*.yml"),
        ("a/b/c.yml", "a/*/c"),
        ("a.yml", ""),
        ("a.yml", "a.yml/x"),
    ],
)
def test_no_match(inside, pattern):
    assert not matches(inside, pattern)


def test_many_wild_cards_take_no_longer():
    before = time.monotonic()
    assert not matches("/".join("a" * 200), "/".join(["**", "a*"] * 100) + "/b")
    assert time.monotonic() - before < 1


@pytest.mark.parametrize(
    ("pattern", "start"),
    [("teams/*/mail.yml", "teams"), ("**/*.yml", ""), ("./mail/extra.yml", "mail"), ("x.yml", ""), ("a/b/**", "a/b")],
)
def test_where_to_start(pattern, start):
    assert start_of(pattern) == start


def test_what_leads_out():
    assert [leads_out(pattern) for pattern in ("/etc/x.yml", "../x.yml", "a/../b.yml", "a/b.yml", "a..b.yml")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert [is_wild(pattern) for pattern in ("a/b.yml", "a/*.yml", "a?.yml", "[ab].yml")] == [False, True, True, True]


def test_two_stars_beside_each_other_mean_what_one_does() -> None:
    assert matches("a/b/c.yml", "**/**/**/*.yml")
    assert matches("c.yml", "**/**/*.yml")
    assert not matches("c.txt", "**/**/*.yml")
