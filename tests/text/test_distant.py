"""A document that another process read gives the same answers as one that was read here."""

from __future__ import annotations

import pytest

from mailspec.text import read
from mailspec.text.distant import Distant
from mailspec.text.document import Document

RAW = "a: [1, 'zwei']\nc:  # mailspec: ignore[MS103] why\n  - d: ü\n".encode()


@pytest.fixture
def distant() -> Distant:
    return Distant("x.yml", RAW, {})


@pytest.mark.parametrize("member", [slot for slot in Document.__slots__ if not slot.startswith("_")])
def test_each_member_is_the_same(distant, member):
    assert getattr(distant, member) == getattr(read("x.yml", RAW), member)


def test_places_and_comments_are_the_same(distant):
    near = read("x.yml", RAW)
    for path in [(), ("a", 1), ("c", 0, "d"), ("no",)]:
        assert distant.span(path) == near.span(path)
        assert distant.is_plain(path) == near.is_plain(path)
    assert distant.comments() == near.comments()


def test_what_the_octets_tell_needs_no_composing(distant, monkeypatch):
    monkeypatch.setattr("mailspec.text.distant.read", None)
    assert distant.mentions("mailspec:")
    assert not distant.mentions("nowhere")
    assert distant.mentions("ü")
    assert not distant.is_ascii()
    assert Distant("x.yml", b"a: 1\n", {}).is_ascii()
    assert distant.problems == []


def test_a_member_that_does_not_exist_is_an_error_at_once(distant):
    with pytest.raises(AttributeError, match="nothing"):
        distant.nothing  # noqa: B018
