from __future__ import annotations

import pytest

from mailspec.outcome.header_fields import field_problem, link_problem, meant_by


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("To", "x@acme.example", "reserved"),
        ("Resent-Cc", "x", "reserved"),
        ("X-SMTPAPI", '{"to": ["x@acme.example"]}', "recipients"),
        ("x-msys-api", "x", "recipients"),
        ("X-MC-BccAddress", "x@acme.example", "recipients"),
        ("X-MJ-TemplateErrorReporting", "x@acme.example", "recipients"),
        ("List-Unsubscribe", "<mailto:a@acme.example?bcc=b@acme.example>", "link"),
        ("List-Help", "<https://acme.example>, <mailto:a@acme.example?cc=b@acme.example>", "link"),
        ("X System", "x", "name"),
        ("X-System", "a\nb", "value"),
    ],
)
def test_what_is_at_fault_is_reported(name: str, value: str, kind: str) -> None:
    problem = field_problem(name, value)
    assert problem is not None
    assert problem.kind == kind


def test_what_can_be_sent_has_no_problem() -> None:
    assert field_problem("X-System", "x" * 998) is None


@pytest.mark.parametrize(
    "link", ["mailto:[", "mailto://[::1?subject=x", "mailto:a@x.example?" + "&" * 800, "https://[", "mailto:?"]
)
def test_a_link_that_is_none_is_no_internal_error(link: str) -> None:
    assert link_problem(link) is None


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("mailto:a@x.example,mailto:b@x.example", "comma"),
        ("https://x.example/%0a", "control character"),
        ("mailto:a@x.example?%62cc=b@x.example", "'bcc'"),
        ("mailto:a@x.example?subject=leave&CC=b@x.example", "'CC'"),
        ("https://x.example/" + "x" * 900, "longer than 900"),
    ],
)
def test_a_link_that_is_more_than_one_is_told(link: str, words: str) -> None:
    assert words in str(link_problem(link))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Gr\u00fc\u00dfe"),
        ("=?utf-8?q?a=0d=0aBcc:?=", None),
        ("=?nonsense?q?a=FF?=", None),
        ("=?utf-8?b?x?=", None),
        ("=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=", None),
    ],
)
def test_what_encoded_words_stand_for(text: str, meant: str | None) -> None:
    assert meant_by(text) == meant
