"""Addresses as people write them."""

from __future__ import annotations

import email.headerregistry
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailspec.text.address import clean_name, format_address, is_address, parse_address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("noreply@acme.example", ("", "noreply@acme.example")),
        ("<noreply@acme.example>", ("", "noreply@acme.example")),
        ("Acme <noreply@acme.example>", ("Acme", "noreply@acme.example")),
        ('"Acme" <noreply@acme.example>', ("Acme", "noreply@acme.example")),
        ('"Acme"<noreply@acme.example>', ("Acme", "noreply@acme.example")),
        ('  "Acme, Inc."   <noreply@acme.example> ', ("Acme, Inc.", "noreply@acme.example")),
        ("Acme, Inc. <noreply@acme.example>", ("Acme, Inc.", "noreply@acme.example")),
        (r'"The \"Hub\" \\ more" <hub@acme.example>', ('The "Hub" \\ more', "hub@acme.example")),
        ("Bücher & Söhne <büro@bücher.example>", ("Bücher & Söhne", "büro@bücher.example")),
        ('"a@acme.example" <b@acme.example>', ("a@acme.example", "b@acme.example")),
    ],
)
def test_one_address(text: str, expected: tuple[str, str]) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Acme",
        "Acme <>",
        "Acme <noreply>",
        "Acme <noreply@>",
        "Acme noreply@acme.example",
        "a@acme.example, b@acme.example",
        "a@acme.example <b@acme.example>",
        "A <a@acme.example> B <b@acme.example>",
        '"Acme <noreply@acme.example>',
        "Acme <noreply@acme.example",
        "Acme <no reply@acme.example>",
        "Acme <a@b@acme.example>",
        "Acme\r\nBcc: x@acme.example <noreply@acme.example>",
        "Acme <noreply@acme.example\x00>",
        f"Acme <{'x' * 320}@acme.example>",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MaestroHub", "MaestroHub <noreply@yourdomain.com>"),
        ("Acme Hub", "Acme Hub <noreply@yourdomain.com>"),
        ("", "noreply@yourdomain.com"),
        (None, "noreply@yourdomain.com"),
        ("Acme, Inc.", '"Acme, Inc." <noreply@yourdomain.com>'),
        ('The "Hub"', '"The \\"Hub\\"" <noreply@yourdomain.com>'),
        ("Société Générale", "Société Générale <noreply@yourdomain.com>"),
        ("Acme\r\nBcc: x@acme.example", '"Acme Bcc: x@acme.example" <noreply@yourdomain.com>'),
    ],
)
def test_what_recipients_see(name: str | None, expected: str) -> None:
    assert format_address(name, "noreply@yourdomain.com") == expected


@given(st.text())
def test_a_formatted_address_reads_back(name: str) -> None:
    assert parse_address(format_address(name, "hub@acme.example")) == (clean_name(name), "hub@acme.example")


@given(st.text(st.characters(codec="ascii")))
def test_the_standard_library_reads_the_same(name: str) -> None:
    line = format_address(name, "hub@acme.example")
    header = email.policy.default.header_factory("Sender", line)
    assert isinstance(header, email.headerregistry.SingleAddressHeader)
    assert header.address.addr_spec == "hub@acme.example"
    assert not header.defects


@given(st.text())
def test_parsing_never_raises(text: str) -> None:
    found = parse_address(text)
    assert found is None or is_address(found[1])
