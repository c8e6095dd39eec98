from __future__ import annotations

import pytest

from mailspec.outcome.sentence import capitalised, sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("set ACME for this command", "Set ACME for this command."),
        ("ask whoever runs this.", "Ask whoever runs this."),
        ("set, then try again", "Set, then try again."),
        ("u3@acme.example is not known", "u3@acme.example is not known."),
        ("auth.password is empty", "auth.password is empty."),
        ("iCloud wants more", "iCloud wants more."),
        ("'mode: \"0600\"' closes it", "'mode: \"0600\"' closes it."),
        ("pip install 'mailspec[postgres]'", "pip install 'mailspec[postgres]'"),
        ("mailspec unlock", "mailspec unlock"),
    ],
)
def test_a_fragment_becomes_a_sentence(text: str, expected: str) -> None:
    assert sentence(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("configuration 'Primary': new", "Configuration 'Primary': new"),
        ("the policy is loosened", "The policy is loosened"),
        ("u3@acme.example: port 465 -> 587", "u3@acme.example: port 465 -> 587"),
        ("u3@acme.example, u4@acme.example and the policy", "u3@acme.example, u4@acme.example and the policy"),
        ("élodie@acme.example: new", "élodie@acme.example: new"),
        ("", ""),
        (" ", " "),
    ],
)
def test_what_begins_a_line_keeps_its_spelling_where_it_is_a_name(text: str, expected: str) -> None:
    assert capitalised(text) == expected
