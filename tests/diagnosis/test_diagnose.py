from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailspec.diagnosis.diagnose import diagnose


def test_the_same_words_mean_another_thing_at_another_provider() -> None:
    words = "535 5.7.8 Username and Password not accepted"
    assert diagnose(words, provider="gmail").category == "app_password_required"
    assert diagnose(words).category == "auth_failed"


def test_a_host_overrules_what_a_text_looks_like() -> None:
    found = diagnose("550 5.1.1 no such user - gsmtp", host="smtp.acme.example")
    assert found.provider is None


def test_what_nobody_knows_keeps_its_codes() -> None:
    found = diagnose("599 5.9.9 the flux capacitor is empty")
    assert (found.category, found.smtp_code, found.enhanced_code) == ("unknown", 599, "5.9.9")
    assert found.advice


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text(max_size=20), st.integers())
def test_no_text_raises(text: str, host: str, port: int) -> None:
    assert diagnose(text, host=host, port=port, security="starttls", stage="auth").advice


_PIECES = ("a", "550 ", "auth ", "daily ", "(", "connect ", "\\n", "5.7.8 ", "\r\n")
# Words behind which other words are looked for, then what can be divided into words in many ways.
_DIVIDED = ("host a.b-c=d ", "IP: <a@b.c> ", "user a-b.c ", "sender <a@b>: ", "1.2.3.4 --- ", "relay=a[1.2.3.4]:25, ")


@pytest.mark.parametrize("piece", [*_PIECES, *_DIVIDED])
def test_a_huge_text_takes_no_time(piece: str) -> None:
    diagnose("x")
    start = time.process_time()
    diagnose("550 " + piece * 200_000)
    assert time.process_time() - start < 1
