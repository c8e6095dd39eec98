from __future__ import annotations

import codecs

import pytest

from mailspec.text import Limits, read


def problem(raw: bytes, limits: Limits | None = None) -> tuple[str, tuple[int, ...], str]:
    document = read("x.yml", raw, limits=limits or Limits())
    assert document.data is None
    assert not document.usable
    (found,) = document.problems
    return found.kind, found.span[:4], found.message


@pytest.mark.parametrize(
    ("raw", "place", "word"),
    [
        (b"a: 1\nb: caf\xe9\n", (2, 7, 2, 8), "0xE9"),
        (b"\xff", (1, 1, 1, 2), "0xFF"),
        ("a: é\nb: ".encode() + b"\xc3", (2, 4, 2, 5), "0xC3"),
        (b"a: \xed\xa0\x80", (1, 4, 1, 5), "0xED"),
        (b"\xef\xbb\xbfa: \xc0\x80", (1, 4, 1, 5), "0xC0"),
    ],
)
def test_bytes_that_are_no_utf_8(raw: bytes, place: tuple[int, ...], word: str) -> None:
    kind, span, message = problem(raw)
    assert (kind, span) == ("encoding", place)
    assert word in message


@pytest.mark.parametrize(
    "raw",
    [
        "a: 1".encode("utf-16"),
        "a: 1".encode("utf-16-le"),
        "a: 1".encode("utf-16-be"),
        codecs.BOM_UTF16_BE,
        "a".encode("utf-16-le"),
    ],
)
def test_utf_16(raw: bytes) -> None:
    assert problem(raw)[2] == "The file is UTF-16; only UTF-8 is read."


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_utf_32(encoding: str) -> None:
    assert problem("a: 1".encode(encoding))[2] == "The file is UTF-32; only UTF-8 is read."


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\0", "A NUL character"),
        ("\x1b", "U+001B"),
        ("\x7f", "U+007F"),
        ("\x9b", "U+009B"),
        ("\ufffe", "U+FFFE"),
        ("\uffff", "U+FFFF"),
    ],
)
def test_control_characters(character: str, name: str) -> None:
    kind, span, message = problem(f'a: "é"\nb: x{character}y\n'.encode())
    assert (kind, span) == ("encoding", (2, 5, 2, 6))
    assert name in message


@pytest.mark.parametrize("raw", [b"\xef\xbb\xbfa: 1\n", b"\xef\xbb\xbf# c\na: 1", b"a: 1"])
def test_a_byte_order_mark_is_no_column(raw: bytes) -> None:
    document = read("x.yml", raw)
    assert document.data == {"a": 1}
    assert document.bom == raw.startswith(codecs.BOM_UTF8)
    assert document.span(("a",)).column == 4
    assert document.encode(document.text) == raw


def test_size() -> None:
    limits = Limits(size=8)
    assert read("x.yml", b"a: 12345", limits=limits).problems == []
    assert problem(b"a: 123456", limits)[0] == "limit"
    assert "10 MiB" in problem(b" " * (Limits().size + 1))[2]
