from __future__ import annotations

import pytest

from mailspec.text import mixed_script, punycode
from mailspec.text.domain import NoDomain, ascii_address, ascii_domain
from mailspec.text.ehlo import ehlo_problem


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


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("acme.example", "acme.example"),
        ("ACME.Example.", "ACME.Example"),
        (" acme.example ", "acme.example"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("MÜNCHEN.DE.", "xn--mnchen-3ya.de"),
        ("straße.example", "xn--strae-oqa.example"),
        ("ｍａｉｌ。例え。jp。", "mail.xn--r8jz45g.jp"),
        ("my_relay", "my_relay"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("[192.0.2.1]", "[192.0.2.1]"),
    ],
)
def test_a_domain_as_it_is_sent(domain: str, expected: str) -> None:
    assert ascii_domain(domain) == expected
    assert ascii_domain(expected) == expected
    assert ascii_address(f"büro@{domain}") == f"büro@{expected}"


@pytest.mark.parametrize(
    "domain",
    ["", ".", "a..b", ".a", "a b", "a/b", "a@b", "a\x00b", "a_é.example", "😀.example", "ü..b", "a\u202eb", "\ud800.b"],
)
def test_what_has_no_form_that_can_be_sent(domain: str) -> None:
    found = ascii_domain(domain)
    assert isinstance(found, NoDomain)
    assert found.reason
    assert isinstance(ascii_address(f"a@{domain}"), NoDomain) or "@" in domain


@pytest.mark.parametrize(
    ("name", "use"), [("hüb.acme.example", "xn--hb-xka.acme.example"), ("a_ü.acme.example", None), ("ü", None)]
)
def test_an_international_name_for_ehlo_is_reported_with_the_form_to_write(name: str, use: str | None) -> None:
    problem = ehlo_problem(name)
    assert problem is not None
    assert problem.use == use
