from __future__ import annotations

from mailspec.render.alike import blocks


def test_people_alike_are_shown_once(document):
    titles = [block.title for block in blocks(document.settings)]
    assert titles == [
        "configuration:Primary",
        "6 people with the same settings",
        "user:bob@acme.example",
        "user:dave@acme.example",
        "mailing:parcels",
        "bulk",
    ]


def test_their_own_words_become_a_pattern(document):
    (people,) = [block for block in blocks(document.settings) if len(block.names) > 1]
    held = {row.field: (row.value, row.place) for row in people.rows}
    assert held["auth.password"] == ("{keyring: acme/{email}}", "mailspec.yml:3")
    assert "from.email" not in held
    # Each says it on a line of their own.
    assert held["security"] == ("starttls", "")


def test_what_the_environment_overrides_comes_first(document):
    first = blocks(document.settings)[0].rows[0]
    assert (first.field, first.origin) == ("auth.password", "environment")
