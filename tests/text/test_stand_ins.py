"""Text that libyaml, as YAML 1.1, would read in another way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailspec.text import Document
from mailspec.text.stand_ins import stand_ins

Reader = Callable[..., Document]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: [https://acme.example/?q=1&r=2#x]", {"a": ["https://acme.example/?q=1&r=2#x"]}),
        ("{a: http://b:1, c: d}", {"a": "http://b:1", "c": "d"}),
        ("{ ?a: b }", {"?a": "b"}),
        ("[?a, b?c, ::d]", ["?a", "b?c", "::d"]),
        ('{"a":b, "c":"d"}', {"a": "b", "c": "d"}),
        ("a: x\u2028y: z", None),
        ("# c\u2028a: 1\nb: 2", {"b": 2}),
        ("a: 'b\u0085c'", {"a": "b\u0085c"}),
        ("a: |\n  b\u2029c\n", {"a": "b\u2029c\n"}),
        ("\ufeffa: 1", {"a": 1}),
        ("a: 1\n\ufeffb: 2", {"a": 1, "\ufeffb": 2}),
        ("a: [?b]\u2028", None),
        ("a: [\"b:c\", 'd:e', f:g]", {"a": ["b:c", "d:e", "f:g"]}),
    ],
)
def test_data(load: Reader, text: str, data: object) -> None:
    document = load(text)
    assert document.data == data
    assert bool(document.problems) is (data is None)


def test_the_length_stays() -> None:
    text = "[a:b, ?c] \u2028\u0085"
    needed = stand_ins(text, glued=True)
    assert needed is not None
    assert len(needed.text) == len(text)
    assert stand_ins("plain: [text]", glued=True) is None
    assert stand_ins("a: https://b", glued=False) is None


def test_stand_ins_are_characters_that_the_text_does_not_hold(load: Reader) -> None:
    private = "".join(map(chr, range(0xE000, 0xE010)))
    document = load(f"a: [{private}, b:c]\n")
    assert document.data == {"a": [private, "b:c"]}


def test_places_stay_where_they_are(load: Reader) -> None:
    document = load("a: [b:c, {d: e?f}]\n")
    assert document.span(("a", 1, "d"))[:4] == (1, 14, 1, 17)
