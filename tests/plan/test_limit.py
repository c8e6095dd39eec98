"""``--limit`` and ``--confirm-delete``: words to full names."""

from __future__ import annotations

from mailspec.plan.limit import select


def test_bare_and_full_names_are_found(wanted, held, target) -> None:
    chosen = select(["A", "target:app", "configuration:Old"], wanted(A="active", targets=[target()]), held(Old=False))
    assert chosen.names == ("configuration:A", "target:app", "configuration:Old")
    assert (chosen.unknown, chosen.ambiguous) == ((), None)


def test_unknown_and_ambiguous_words_are_told(wanted, held, target) -> None:
    chosen = select(["nobody", "app"], wanted(app="active", targets=[target()]), held())
    assert chosen.unknown == ("nobody",)
    assert chosen.ambiguous == {"app": ("configuration:app", "target:app")}


def test_a_name_with_a_colon_is_found(wanted, held) -> None:
    assert select(["x:y"], wanted(**{"x:y": "active"}), held()).names == ("configuration:x:y",)
