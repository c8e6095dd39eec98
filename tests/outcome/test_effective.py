"""Effective values know where they come from, and look their place up only when asked."""

from __future__ import annotations

from mailspec.model.effective import Effective
from mailspec.outcome.effective import Value
from mailspec.outcome.location import Location


class Placed:
    def __init__(self):
        self.asked = []

    def locate(self, path=(), *, key=False):
        self.asked.append(path)
        return Location("mailspec.yml", 3, 5, 3, 8)

    def pointer(self, path=()):
        return "/" + "/".join(map(str, path))


def test_a_place_is_looked_up_on_demand():
    placed = Placed()
    value = Value(465, "own", placed, ("port",))
    assert placed.asked == []
    assert value.location == Location("mailspec.yml", 3, 5, 3, 8)
    assert placed.asked == [("port",)]


def test_defaults_have_no_place():
    assert Value(30.0, "default").location is None


def test_another_value_keeps_origin_and_place():
    changed = Value("5m", "own", Placed(), ("timeout",)).replace(300.0)
    assert (changed.value, changed.origin, changed.path) == (300.0, "own", ("timeout",))


def test_names_across_files():
    assert Effective("Primary", "configuration").object == "configuration:Primary"
    assert Effective("alice@acme.example", "user").object == "user:alice@acme.example"
    assert Effective("bulk", "bulk").object == "bulk"
    assert Effective("mobile", "mobile").object == "mobile"


def test_what_is_not_there_is_none():
    held = Effective("Primary", "configuration", {"port": Value(465, "own")})
    assert (held.get("port"), held.origin("port")) == (465, "own")
    assert (held.get("host"), held.origin("host")) == (None, None)
