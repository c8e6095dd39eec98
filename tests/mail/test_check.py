"""What can be wrong with an account before anybody is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailspec.mail.account import Account
from mailspec.mail.check import Occasion, _about, _carried, probe, send_test
from mailspec.mail.envelope import envelope
from mailspec.mail.failure import Failure
from mailspec.message.compose import compose

Serve = Callable[[Callable[[Any], None]], Any]
ABOUT = Occasion("0.1.0")


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"from_email": ""}, "address"),
        ({"from_email": "alice"}, "address"),
        ({"envelope_from": "a@acme.example>\r\nRCPT TO:<eve@acme.example"}, "address"),
        ({"reply_to": "no address"}, "address"),
        ({"sender": "no address"}, "address"),
        ({"host": "smtp://acme.example"}, "host"),
        ({"server_name": "a b"}, "host"),
        ({"ehlo_name": "hub\r\nMAIL FROM:<>"}, "ehlo_name"),
        ({"ehlo_name": "büro.acme.example"}, "ehlo_name"),
        ({"headers": {"Bcc": "eve@acme.example"}}, "header"),
        ({"headers": {"X-System": "a\nBcc: eve@acme.example"}}, "header"),
    ],
)
def test_nobody_is_asked(stand_in: Serve, changes: dict[str, Any], detail: str) -> None:
    server = stand_in(lambda talk: talk.greet())
    result = send_test(server.account(**changes), "bob@acme.example", about=ABOUT)
    assert (result.status, result.stage) == ("failed", "secret")
    assert (result.category, result.detail) == ("config_invalid", detail)
    assert server.heard == []


def test_a_recipient_that_is_no_address(stand_in: Serve) -> None:
    server = stand_in(lambda talk: talk.greet())
    for result in (probe(server.account(), "bob"), send_test(server.account(), "bob", about=ABOUT)):
        assert (result.category, result.detail) == ("config_invalid", "address")


def test_how_long_it_took_is_reported(stand_in: Serve) -> None:
    server = stand_in(lambda talk: (talk.greet(), talk.obey()))
    assert 0 < probe(server.account(method="none")).seconds < 3


ADDRESS = st.from_regex(r"[^@\s<>\",;\x00-\x1f\x7f]{1,20}@[^@\s<>\",;\x00-\x1f\x7f]{1,20}", fullmatch=True)


@settings(max_examples=200, deadline=None)
@given(ADDRESS, ADDRESS, ADDRESS, st.text(max_size=40))
def test_any_addresses_make_a_message_or_a_refusal(sender: str, to: str, other: str, name: str) -> None:
    account = Account("Primary", "smtp.acme.example", 587, "none", from_email=sender, reply_to=other, from_name=name)
    try:
        route = envelope(account.bounces, to, account.from_email, other)
        carried = _carried(account.as_sender, utf8=route.utf8)
    except Failure:
        return  # refused before anybody is asked
    raw = compose(_about(account, ABOUT), carried, str(route.recipient), utf8=route.utf8)
    assert raw.count(b"\r\nTo: ") == 1
