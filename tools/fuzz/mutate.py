"""Breaks a good file in the ways that hands, editors, merges and templates do."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

TOKENS = (
    *(
        b"- ",
        b"? ",
        b": ",
        b"&a ",
        b"*a",
        b"!vault |\n",
        b"!!str ",
        b"<<: *a\n",
        b"| \n",
        b">-\n",
        b"---\n",
        b"...\n",
    ),
    *(
        b"%YAML 1.1\n",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b"#",
        b"'",
        b'"',
        b"\t",
        b"\\",
        b"\n",
        b"\r\n",
        b"\r",
        b"~",
        b"null",
    ),
    *(
        b"yes",
        b"off",
        b"0x1F",
        b"0o17",
        b"1_000",
        b"1e999",
        b".inf",
        b".nan",
        b"-0",
        b"12:30:45",
        b"2026-11-21",
    ),
    *(b"{{ x }}", b"${X}", b"<<<<<<< HEAD\n", b">>>>>>> main\n", b"# mailspec: ignore[MS103] why\n"),
    *(
        b"# mailspec: ignore[]",
        b"\xef\xbb\xbf",
        b"\x00",
        b"\x1b[31m",
        b"\x7f",
        b"\xff\xfe",
        b"\xc3",
        b"\xed\xa0\x80",
    ),
    *(
        "\u202e".encode(),
        "\u200b".encode(),
        "\u2028".encode(),
        "\x85".encode(),
        "\ufeff".encode(),
        "é".encode(),
    ),
    *(
        "😀".encode(),
        "pаypal.example".encode(),
        b"@",
        b"mailto:",
        b"::1",
        b"999999999999999999999",
        b"-1",
        b"''",
        b'""',
    ),
    *(
        b"=?utf-8?q?x?=",
        b"\r\nBcc: x@y.example",
        b"x-extra: 1\n",
        b"version: 1\n",
        b"{env: X}",
        b"{file: /etc/x}",
    ),
    *(b"same_as_general", b"active", b"absent", b"starttls", b"office365", b"465", b"587", b"25", b"false"),
)

Mutator = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def flip(pick: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    held = bytearray(data or b"a")
    for _ in range(pick.choice((1, 1, 2, 8))):
        held[pick.randrange(len(held))] ^= 1 << pick.randrange(8)
    return bytes(held)


def cut(pick: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _range(pick, data)
    return data[:start] + data[end:]


def end_early(pick: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    return data[: pick.randrange(len(data) + 1)]


def repeat(pick: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _range(pick, data)
    return data[:end] + data[start:end] * pick.choice((1, 1, 2, 30)) + data[end:]


def splice(pick: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = pick.choice(others)
    return data[: pick.randrange(len(data) + 1)] + other[pick.randrange(len(other) + 1) :]


def insert(pick: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    at = pick.randrange(len(data) + 1)
    return data[:at] + pick.choice(TOKENS) + data[at:]


def _lines(change: Callable[[random.Random, list[bytes]], None]) -> Mutator:
    def mutator(pick: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
        lines = data.splitlines(keepends=True) or [b"\n"]
        change(pick, lines)
        return b"".join(lines)

    return mutator


def _drop(pick: random.Random, lines: list[bytes]) -> None:
    del lines[pick.randrange(len(lines))]


def _double(pick: random.Random, lines: list[bytes]) -> None:
    at = pick.randrange(len(lines))
    lines.insert(pick.randrange(len(lines) + 1), lines[at])


def _swap(pick: random.Random, lines: list[bytes]) -> None:
    one, other = pick.randrange(len(lines)), pick.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _indent(pick: random.Random, lines: list[bytes]) -> None:
    at = pick.randrange(len(lines))
    lines[at] = pick.choice((b" ", b"  ", b"\t")) + lines[at] if pick.random() < 0.5 else lines[at].lstrip()


def _value(pick: random.Random, lines: list[bytes]) -> None:
    """Put another value after a key."""
    at = pick.randrange(len(lines))
    key, colon, _ = lines[at].partition(b":")
    if colon:
        lines[at] = key + b": " + pick.choice(TOKENS).rstrip(b"\r\n") + b"\n"


def _typo(pick: random.Random, lines: list[bytes]) -> None:
    """Exchange two letters of a key."""
    at = pick.randrange(len(lines))
    key, colon, rest = lines[at].partition(b":")
    if colon and len(key.strip()) > 2:
        spot = pick.randrange(len(key) - len(key.lstrip()), len(key) - 1)
        lines[at] = key[:spot] + key[spot + 1 : spot + 2] + key[spot : spot + 1] + key[spot + 2 :] + colon + rest


MUTATORS: tuple[Mutator, ...] = (
    *(flip, cut, end_early, repeat, splice, insert, insert, insert),
    *(_lines(change) for change in (_drop, _double, _swap, _indent, _value, _value, _value, _typo)),
)


def mutate(pick: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Apply one to a few changes; what grows past 64 KiB is cut."""
    for _ in range(pick.choice((1, 1, 1, 2, 3, 6))):
        data = pick.choice(MUTATORS)(pick, data, others)
    return data[:65_536]


def _range(pick: random.Random, data: bytes) -> tuple[int, int]:
    start = pick.randrange(len(data) + 1)
    return start, min(len(data), start + pick.choice((1, 2, 8, 40, 200)))
