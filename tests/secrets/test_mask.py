"""Secrets are taken out of foreign text in every form in which they may come back."""

from __future__ import annotations

import base64
import html
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mailspec.outcome.secret import MASK, Secret
from mailspec.secrets.mask import Masker, forms

CANARY = "p@ss w'rd\"&<é\\1"
WRAPPED = {
    "raw": CANARY,
    "base64": base64.b64encode(CANARY.encode()).decode(),
    "AUTH PLAIN": base64.b64encode(f"\0me@acme.example\0{CANARY}".encode()).decode(),
    "URL": f"postgresql://me:{quote(CANARY, safe='')}@host",
    "form": quote_plus(CANARY),
    "JSON": json.dumps({"password": CANARY}),
    "JSON in UTF-8": json.dumps({"password": CANARY}, ensure_ascii=False),
    "HTML": html.escape(CANARY),
    "shell": f"export P={shlex.quote(CANARY)}",
    "hex": CANARY.encode().hex(),
    "HEX": CANARY.encode().hex().upper(),
    "repr": repr(CANARY),
}


@pytest.mark.parametrize("form", WRAPPED)
def test_each_form_is_masked(form: str) -> None:
    masked = Masker([Secret(CANARY)]).mask(f"535 5.7.8 <{WRAPPED[form]}> refused")
    assert MASK in masked
    assert masked.startswith("535 5.7.8 <")
    assert masked.endswith("> refused")
    assert not [piece for piece in forms(Secret(CANARY)) if piece in masked]


@pytest.mark.parametrize("offset", range(6))
def test_base64_is_found_at_every_offset(offset: int) -> None:
    text = base64.b64encode(b"x" * offset + CANARY.encode() + b"y" * (6 - offset)).decode()
    core = base64.b64encode(CANARY.encode()[3:-3]).decode()[4:-4]
    masked = Masker([Secret(CANARY)]).mask(text)
    assert MASK in masked
    assert core not in masked


@given(value=st.text(min_size=1, max_size=20), before=st.text(max_size=10), after=st.text(max_size=10))
def test_no_raw_secret_survives(value: str, before: str, after: str) -> None:
    assume(value not in MASK and MASK not in before + after)
    masked = Masker([Secret(value)]).mask(f"{before}{value}{after}")
    assert value not in masked.replace(MASK, "\ue000") or value == "\ue000"


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert Masker([Secret("abcd"), Secret("abcdefgh")]).mask("abcdefgh abcd") == f"{MASK} {MASK}"


def test_without_secrets_nothing_changes() -> None:
    assert Masker([]).mask("text") == "text"
    assert Masker([Secret("")]).mask("text") == "text"


def test_nothing_shows_what_is_masked() -> None:
    assert "canary" not in repr(Masker([Secret("canary")]))
