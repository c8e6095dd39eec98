"""How many of the collected texts are understood: bars for both halves, and for flufl.bounce's test messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import pytest

from mailspec.diagnosis.details import DETAILS
from tests.diagnosis.scoring import BOUNCES, FOLDER, Labelled, labelled, score, score_fresh, score_mails

RIGHT, WRONG, RIGHT_MAILS = 0.92, 0.03, 0.90


@pytest.mark.parametrize("half", ["work", "untouched"])
def test_most_texts_are_understood_and_few_wrongly(half: str) -> None:
    found = score(half)
    assert found.total > 300
    assert found.right / found.total >= RIGHT, found
    assert found.wrong / found.total <= WRONG, found


@pytest.mark.parametrize("name", [path.stem for path in sorted((FOLDER / "fresh").glob("*.txt"))])
def test_most_texts_that_came_later_are_understood(name: str) -> None:
    found = score_fresh(name)
    assert found.total > 30
    assert found.right / found.total >= RIGHT, found
    assert found.wrong / found.total <= WRONG, found


@pytest.mark.parametrize("half", ["work", "untouched"])
def test_most_bounce_mails_are_understood(half: str, lack: Callable[[str], NoReturn]) -> None:
    if not BOUNCES.is_dir():
        lack("flufl.bounce's test messages are not there; tools/setup.sh test fetches them")
    found = score_mails(half)
    assert found.total > 50
    assert found.right / found.total >= RIGHT_MAILS, found


def every_text() -> list[Labelled]:
    return [*labelled(), *labelled(FOLDER / "fresh")]


def test_every_label_is_a_known_category_and_detail() -> None:
    for case in every_text():
        for category, detail in case.accepted:
            assert category in DETAILS, case
            assert detail is None or detail in DETAILS[category], case  # type: ignore[index]


def test_no_text_is_there_twice() -> None:
    texts = [case.text for case in every_text()]
    assert len(texts) == len(set(texts))
