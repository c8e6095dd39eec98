"""Every category and every detail has cause and cure in words."""

from __future__ import annotations

from typing import get_args

import pytest

from mailspec.diagnosis.advice import ANY, advice_for, texts
from mailspec.diagnosis.details import DETAILS
from mailspec.diagnosis.place import Place
from mailspec.outcome.mail import Category

PAIRS = [(category, detail) for category, details in DETAILS.items() for detail in (None, *details)]


def test_the_categories_are_those_of_the_json() -> None:
    assert set(DETAILS) == set(get_args(Category)) == set(texts())


@pytest.mark.parametrize(("category", "detail"), PAIRS)
def test_each_has_words_of_its_own(category: Category, detail: str | None) -> None:
    assert (detail or ANY) in texts()[category] or detail is None
    words = advice_for(category, detail, Place())
    assert words.endswith((".", "`."))
    assert "{" not in words
    assert "\n" not in words
    assert len(words) > 20


def test_no_text_is_left_over() -> None:
    for category, known in texts().items():
        assert set(known) - {ANY} <= set(DETAILS[category])  # type: ignore[index]


def test_the_ports_that_the_provider_offers_are_named() -> None:
    where = Place(host="smtp.acme.example", port=465, provider_name="Acme Mail", offers=((587, "starttls"),))
    words = advice_for("timeout", "wrong_port", where)
    assert "Acme Mail documents `port: 587` with `security: starttls`." in words


def test_the_server_is_named() -> None:
    where = Place(host="smtp.acme.example", port=587)
    assert advice_for("timeout", "connect", where).startswith("smtp.acme.example port 587 ")
    assert advice_for("timeout", "connect", Place()).startswith("The server ")
