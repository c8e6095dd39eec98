from __future__ import annotations

from datetime import UTC, datetime

from mailspec.outcome.mail import TestResult as Result
from mailspec.outcome.secrets import SecretChange, SecretState, SecretTrouble
from mailspec.render.secrets_text import change_data, change_text, states_data, states_text

HOSTILE = "\x1b[2Jevil\u202e"
GOOD = SecretState("Main", "configuration", "auth.password", "env X", True, datetime(2026, 1, 2, tzinfo=UTC))
BAD = SecretState(
    HOSTILE,
    "user",
    "auth.password",
    f"file {HOSTILE}",
    False,
    None,
    (SecretTrouble("missing", HOSTILE, HOSTILE, "MS302"),),
)


def test_good_ones_are_only_counted():
    assert states_text([GOOD]) == "1 present."
    assert "changed 2026-01-02" in states_text([GOOD], verbose=True)
    assert states_text([GOOD], quiet=True) == ""
    assert states_text([]) == "No secret is declared."


def test_hostile_words_are_escaped():
    refused = SecretChange(
        HOSTILE, "user", HOSTILE, "refused", HOSTILE, HOSTILE, Result("x", "user", "failed", server_reply=HOSTILE)
    )
    for text in (states_text([BAD]), change_text(refused)):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\\x1b[2Jevil" in text


def test_programs_get_every_field():
    assert states_data([GOOD, BAD])["secrets"][1]["troubles"][0]["code"] == "MS302"
    assert states_data([GOOD])["secrets"][0]["changed"] == "2026-01-02T00:00:00+00:00"
    assert change_data(SecretChange("Main", "configuration", "env X", "stored"))["test"] is None


def test_a_stored_one_says_whether_it_was_tried():
    tried = SecretChange("Main", "configuration", "file x", "stored", test=Result("Main", "configuration", "passed"))
    assert change_text(tried) == "stored configuration Main (file x): the server accepted it."
    assert change_text(SecretChange("Main", "configuration", "file x", "stored")).endswith("not tried.")
