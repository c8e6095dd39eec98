"""A secret can be carried and compared, and shows itself only where it is asked to."""

from __future__ import annotations

import copy
import pickle

import pytest

from mailspec.outcome.secret import MASK, Secret

TEXT = "hunter2-canary"


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{:>20}".format, "{!r}".format, "{!s}".format])
def test_it_is_not_shown(show):
    assert TEXT not in show(Secret(TEXT))
    assert MASK in show(Secret(TEXT)) or show(Secret(TEXT)).strip("* ") == ""


def test_it_is_given_away_on_demand():
    assert Secret(TEXT).reveal() == TEXT


@pytest.mark.parametrize("leave", [pickle.dumps, copy.deepcopy, copy.copy])
def test_it_does_not_leave_by_accident(leave):
    with pytest.raises(TypeError):
        leave(Secret(TEXT))


def test_equality_compares_and_hashes_tell_nothing():
    assert Secret(TEXT) == Secret(TEXT)
    assert Secret(TEXT) != Secret("other")
    assert Secret(TEXT) != TEXT
    assert hash(Secret(TEXT)) == hash(Secret("other"))


def test_empty_is_false():
    assert not Secret("")
    assert Secret("0")


def test_an_exception_that_holds_one_does_not_show_it():
    assert TEXT not in str(ValueError(Secret(TEXT), [Secret(TEXT)]))
