from __future__ import annotations

import pytest

from mailspec.text import mixed_script, punycode


@pytest.mark.parametrize(
    ("domain", "mixed"),
    [
        ("acme.example", False), ("münchen.de", False), ("пример.com", False), ("例え.jp", False), ("한국.kr", False),
        ("日本ラテンlatin.jp", False), ("straße.de", False), ("acme-1.example", False), ("ελλάδα.gr", False),
        ("аcme.example", True), ("acmе.example", True), ("xn--cme-5cd.example", True), ("аррӏе.com", True),
        ("xn--80ak6aa92e.com", True), ("аррӏе.рф", False), ("αbc.gr", True), ("mail.аcme.example", True),
        ("ａｃｍｅ.jp", False),
        ("xn--.com", False), ("xn--\ud800.com", False), ("", False), (".", False), ("xn--999999999.com", False),
    ],
)  # fmt: skip
def test_mixed_script(domain: str, mixed: bool) -> None:
    assert mixed_script(domain) is mixed


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("acme.example", "acme.example"),
        ("ACME.example", "ACME.example"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("аcme.example", "xn--cme-5cd.example"),
        ("😀.example", "xn--e28h.example"),
        ("a_é.example", "xn--a_-cja.example"),
    ],
)
def test_punycode(domain: str, expected: str) -> None:
    assert punycode(domain) == expected
