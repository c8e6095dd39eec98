"""The exchanges, by the examples of their RFCs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailspec.mail.account import Account
from mailspec.mail.check import probe
from mailspec.mail.failure import Failure
from mailspec.mail.sasl import bearer, mechanism_for
from mailspec.outcome.secret import Secret

ACCOUNT = Account("Primary", "server.acme.example", 587, "starttls")


def test_plain() -> None:
    # RFC 4616 section 4, without an authorization identity.
    account = replace(ACCOUNT, method="plain", username="tim", password=Secret("tanstaaftanstaaf"))
    assert mechanism_for(account).initial == b"\0tim\0tanstaaftanstaaf"


def test_cram_md5() -> None:
    # RFC 2195 section 2.
    account = replace(ACCOUNT, method="cram_md5", username="tim", password=Secret("tanstaaftanstaaf"))
    mechanism = mechanism_for(account)
    assert mechanism.initial is None
    challenge = b"<1896.697170952@postoffice.reston.mci.net>"
    assert mechanism.respond(0, challenge) == b"tim b913a602c7eda7a495b4e6e7334d3890"


def test_oauthbearer() -> None:
    # RFC 7628 section 4.1.
    account = replace(
        ACCOUNT,
        host="server.example.com",
        port=143,
        method="oauthbearer",
        username="user@example.com",
    )
    exchange = bearer(account, Secret("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="))
    assert exchange.initial == (
        b"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01"
        b"auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"
    )
    assert exchange.respond(0, b"{}") == b"\x01"


def test_oauthbearer_escapes_the_name() -> None:
    account = replace(ACCOUNT, method="oauthbearer", username="a=b,c")
    assert b"n,a=a=3Db=2Cc," in (bearer(account, Secret("t")).initial or b"")


@pytest.mark.parametrize("token", ["", "two words", "line\nend", "a\x01auth=Bearer b", "größe"])
def test_a_token_that_would_break_the_exchange_is_not_sent(token: str) -> None:
    with pytest.raises(Failure) as caught:
        bearer(replace(ACCOUNT, method="xoauth2", username="a"), Secret(token))
    assert caught.value.detail == "credentials"
    assert caught.value.reason == "the access token holds what no token can"


def test_names_and_passwords_beyond_ascii_are_utf8() -> None:
    account = replace(ACCOUNT, method="plain", username="büro", password=Secret("größe"))
    assert mechanism_for(account).initial == "\0büro\0größe".encode()


@pytest.mark.parametrize("method", ["xoauth2", "oauthbearer"])
def test_a_token_is_needed(method: str) -> None:
    account = replace(ACCOUNT, method=method, username="a", from_email="a@acme.example", password=Secret("x"))
    result = probe(account)
    assert (result.stage, result.category, result.detail) == ("sign_in", "config_invalid", "token_missing")
