from __future__ import annotations

import pytest

from mailspec.outcome.sentence import sentence


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
