"""``--limit`` and ``--confirm-delete``: words to full names."""

from __future__ import annotations

import pytest

from mailspec.plan.limit import select


def test_bare_and_full_names_are_found(wanted, held, target) -> None:
    chosen = select(["A", "target:app", "configuration:Old"], wanted(A="active", targets=[target()]), held(Old=False))
    assert chosen.names == ("configuration:A", "target:app", "configuration:Old")
    assert (chosen.unknown, chosen.ambiguous) == ((), None)


def test_unknown_and_ambiguous_words_are_reported(wanted, held, target) -> None:
    chosen = select(["nobody", "app"], wanted(app="active", targets=[target()]), held())
    assert chosen.unknown == ("nobody",)
    assert chosen.ambiguous == {"app": ("configuration:app", "target:app")}


def test_a_name_with_a_colon_is_found(wanted, held) -> None:
    assert select(["x:y"], wanted(**{"x:y": "active"}), held()).names == ("configuration:x:y",)


def test_a_target_is_found_by_what_a_plan_shows(wanted, held, target) -> None:
    made = target()
    assert select([f"{made.type}:{made.path}"], wanted(targets=[made]), held()).names == (f"target:{made.name}",)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("", "There are configuration:Main, configuration:Old, target:app."),
        ("*", "There are configuration:Main, configuration:Old, target:app."),
        ("MAIN", "Did you mean configuration:Main? There are configuration:Main, configuration:Old, target:app."),
        ("target:ap", "Did you mean target:app? There are configuration:Main, configuration:Old, target:app."),
    ],
)
def test_what_there_is_instead(word: str, expected: str, wanted, held, target) -> None:
    chosen = select([word], wanted(Main="active", targets=[target()]), held(Old=False))
    assert chosen.unknown == (word,)
    assert chosen.instead(word) == expected


def test_of_many_names_a_few_are_reported(wanted, held) -> None:
    chosen = select(["x"], wanted(**{f"name{number}": "inactive" for number in range(9)}), held())
    assert chosen.instead("x").endswith("configuration:name4 and 4 more.")
