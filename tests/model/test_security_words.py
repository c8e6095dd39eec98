from __future__ import annotations

import pytest

from mailspec.model.security_words import read_security


@pytest.mark.parametrize("word", ["tls", "starttls", "none"])
def test_our_own_words_stay_without_a_note(word: str) -> None:
    assert read_security(word, 587) == (word, "")


@pytest.mark.parametrize(
    ("word", "port", "expected"),
    [
        ("ssl/tls", None, "tls"),
        ("SSL", None, "tls"),
        ("SMTPS", 587, "tls"),
        ("implicit", None, "tls"),
        ("force_tls", None, "tls"),
        ("SMTP+SSL", None, "tls"),
        ("STARTTLS (forced)", None, "starttls"),
        ("explicit TLS", 465, "starttls"),
        ("start_tls", None, "starttls"),
        ("opportunistic", None, "starttls"),
        ("TLS", 587, "starttls"),
        ("TLS", 465, "tls"),
        ("TLSv1.2", 25, "starttls"),
        ("true", 465, "tls"),
        ("yes", 587, "starttls"),
        ("TLS", None, "tls"),
        ("off", 25, "none"),
        ("No encryption", None, "none"),
        ("plain", None, "none"),
        ("", None, "none"),
        ("rot13", None, None),
    ],
)
def test_a_program_s_word_is_read_and_written(word: str, port: int | None, expected: str | None) -> None:
    found = read_security(word, port)
    assert found.value == expected
    assert f"'{word}'" in found.note
