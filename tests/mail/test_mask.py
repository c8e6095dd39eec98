from __future__ import annotations

import base64
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailspec.mail.account import Account
from mailspec.mail.mask import Mask, mask_for
from mailspec.outcome.secret import MASK, Secret

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=6, max_size=40)


@given(PRINTABLE, st.integers(0, 8), st.integers(0, 8))
def test_base64_at_any_offset(secret: str, before: int, after: int) -> None:
    raw = secret.encode()
    line = base64.b64encode(b"\x00" * before + raw + b"\xff" * after).decode()
    hidden = Mask([Secret(secret)])(line)
    assert MASK in hidden
    # What is left of it is less than a group of four on each side.
    start, end = -(-before * 4 // 3) + 2, (before + len(raw)) * 4 // 3 - 2
    assert line[start:end] not in hidden or end - start < 4


@given(PRINTABLE)
def test_every_way_to_write_it(secret: str) -> None:
    raw = secret.encode()
    mask = Mask([Secret(secret)])
    for form in (
        secret,
        raw.hex(),
        raw.hex().upper(),
        quote(raw),
        quote(raw, safe=""),
        quote_plus(raw),
        json.dumps(secret),
        shlex.quote(secret),
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
    ):
        assert MASK in mask(f"reply: {form} end")


@given(st.text(), st.lists(st.text().map(Secret)))
def test_masking_never_raises(text: str, secrets: list[Secret]) -> None:
    Mask(secrets)(text)


def test_all_else_stays() -> None:
    assert Mask([Secret("s3cret-word")])("535 5.7.8 authentication failed") == "535 5.7.8 authentication failed"
    assert Mask([])("535") == "535"


@pytest.mark.parametrize("secret", ["a", "ab", "abc"])
def test_a_short_secret_is_hidden_as_it_is(secret: str) -> None:
    assert Mask([Secret(secret)])(f"({secret})") == f"({MASK})"


def test_an_account_s_secrets() -> None:
    account = Account(
        "Primary", "smtp.acme.example", 465, "tls", password=Secret("pass-word"), client_key=Secret("the-key")
    )
    hidden = mask_for(account, Secret("the-token"))("pass-word the-key the-token")
    assert hidden == f"{MASK} {MASK} {MASK}"


def test_a_key_s_path_is_no_secret() -> None:
    account = Account("Primary", "smtp.acme.example", 465, "tls", client_key="/etc/acme/client.key")
    assert mask_for(account)("/etc/acme/client.key") == "/etc/acme/client.key"
