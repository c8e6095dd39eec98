"""Whom mail of an environment reaches."""

from __future__ import annotations

from mailspec.delivery.reach import Reach


def test_everyone_is_reached_where_nothing_forbids_it() -> None:
    assert Reach().of(["a@out.example", "b@out.example"]).to == {
        "a@out.example": ("a@out.example",),
        "b@out.example": ("b@out.example",),
    }


def test_redirected_mail_goes_to_one_address_once() -> None:
    reached = Reach("staging", redirect_to="qa@acme.example").of(["a@out.example", "b@out.example"])
    assert reached.to == {"qa@acme.example": ("a@out.example", "b@out.example")}
    assert reached.refused == {}


def test_a_recipient_outside_the_list_is_refused_by_name() -> None:
    reached = Reach("staging", allowed=("*@acme.example",)).of(["a@out.example", "b@acme.example"])
    assert list(reached.to) == ["b@acme.example"]
    assert "'a@out.example' is not among policy.allowed_recipients of the environment staging" in (
        reached.refused["a@out.example"].reason
    )
    assert reached.refused["a@out.example"].retry is False


def test_the_redirection_comes_before_the_list() -> None:
    reached = Reach("staging", redirect_to="qa@acme.example", allowed=("*@acme.example",)).of(["a@out.example"])
    assert list(reached.to) == ["qa@acme.example"]
    beyond = Reach("staging", redirect_to="qa@out.example", allowed=("*@acme.example",)).of(["a@acme.example"])
    assert beyond.to == {}
    assert list(beyond.refused) == ["a@acme.example"]


def test_both_lists_must_allow_a_recipient() -> None:
    reached = Reach(allowed=("*",), limited=("*@acme.example",)).of(["a@out.example"])
    assert "the limits of whoever runs this" in reached.refused["a@out.example"].reason


def test_an_empty_list_allows_nobody() -> None:
    assert Reach(allowed=()).of(["a@out.example"]).to == {}
