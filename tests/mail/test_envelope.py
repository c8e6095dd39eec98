from __future__ import annotations

import pytest

from mailspec.mail.envelope import envelope
from mailspec.mail.failure import Failure


def test_ascii_goes_as_it_is() -> None:
    assert envelope("a@acme.example", "b@acme.example") == ("a@acme.example", "b@acme.example", False)
    assert envelope("a@acme.example", None) == ("a@acme.example", None, False)


def test_a_domain_goes_as_a_labels() -> None:
    assert envelope("a@bücher.example", None) == ("a@xn--bcher-kva.example", None, False)


def test_a_local_part_needs_smtputf8() -> None:
    assert envelope("büro@bücher.example", "b@acme.example").utf8
    assert envelope("a@acme.example", "bü@acme.example").utf8
    assert envelope("a@acme.example", None, "bü@acme.example").utf8


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b", "a b@acme.example", "a@acme.example>\r\nRCPT TO:<b@acme.example", "a@☃☃..example"],
)
def test_what_is_no_address_is_not_sent(address: str) -> None:
    for arguments in ((address, None), ("a@acme.example", address), ("a@acme.example", None, address)):
        with pytest.raises(Failure) as caught:
            envelope(*arguments)
        assert (caught.value.category, caught.value.detail) == ("config_invalid", "address")


@pytest.mark.parametrize("address", ["a@[", "a@]", "a@[x]", "a@b(c)", "a@b\\c"])
def test_domains_that_are_none_are_refused_before_anybody_is_asked(address: str) -> None:
    with pytest.raises(Failure, match="has no domain"):
        envelope("noreply@acme.example", "b@acme.example", address)


@pytest.mark.parametrize("address", ["a@[192.0.2.1]", "a@[IPv6:2001:db8::1]"])
def test_address_literals_are_domains(address: str) -> None:
    assert envelope(address, None).sender == address
