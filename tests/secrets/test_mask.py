"""Secrets are taken out of foreign text in every form in which they may come back."""

from __future__ import annotations

import base64
import html
import json
import quopri
import re
import shlex
from time import process_time
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


LONG = "tr0ub4dor&3+battery/Staple~ü"
ECHOES = {
    "raw": lambda text: text,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 at 1": lambda text: base64.b64encode(b"x" + text.encode()).decode(),
    "base64 at 2": lambda text: base64.b64encode(b"xy" + text.encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
    "hex:": lambda text: text.encode().hex(":"),
    "URL": lambda text: quote(text, safe=""),
    "%": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "=": lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()).decode(),
}
# Characters of the form that stand for six characters of the secret, and those that its other rules need at both ends.
WIDTH = {"hex": 12, "HEX": 12, "hex:": 18, "%": 18, "=": 18}


@pytest.mark.parametrize("form", ECHOES)
def test_a_run_cut_out_anywhere_is_masked(form: str) -> None:
    echoed = ECHOES[form](LONG)
    width = WIDTH.get(form, 10)
    masker = Masker([Secret(LONG)])
    for start in range(4 if "at" in form else 0, len(echoed) - width - 3):
        piece = echoed[start : start + width]
        shown = masker.mask(f"535 5.7.8 <{piece}> is refused")
        assert MASK in shown, piece
        left = shown.removeprefix("535 5.7.8 <").removesuffix("> is refused").replace(MASK, "")
        assert len(left) <= 3, (piece, shown)


@pytest.mark.parametrize("form", ECHOES)
@pytest.mark.parametrize("width", [4, 5, 8, 16])
@pytest.mark.parametrize("between", ["\n", "\r\n535-", "\r\n535-5.7.8 ", "=\n", "\r\n\t", " "])
def test_a_wrapped_echo_is_masked(form: str, width: int, between: str) -> None:
    echoed = ECHOES[form](LONG).replace("=\n", "").rstrip("\n")
    wrapped = between.join(echoed[at : at + width] for at in range(0, len(echoed), width))
    shown = Masker([Secret(LONG)]).mask(f"<{wrapped}>")
    assert len(re.sub(r"[\s<>]", "", shown).replace(MASK, "")) <= 6, shown


def test_five_characters_are_too_few_to_tell_from_words() -> None:
    masker = Masker([Secret("my password is long")])
    assert masker.mask("535 wrong passw, is it long?") == "535 wrong passw, is it long?"
    assert masker.mask("535 wrong password") == f"535 wrong {MASK}"


def test_it_takes_time_in_proportion_to_the_text() -> None:
    masker = Masker([Secret(LONG * 100), Secret("a" * 5000)])
    seconds = []
    for size in (20_000, 200_000):
        started = process_time()
        masker.mask("ab" * size + "a" * size)
        seconds.append(process_time() - started)
    assert seconds[1] < 30 * max(seconds[0], 0.01)
