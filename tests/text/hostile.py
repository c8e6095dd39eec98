"""Texts that cost a careless reader its stack, its memory or its afternoon; each about ``size`` characters.

Run as a program it reads them all and prints each name when it is done.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

REPEATED = [
    "- ", "[", "{", "{a: ", "[\n", "? ", ": ", "? : ", "- a\n", "a: 1\n", "1: 1\n", "? \n", "<<: a\n",
    "? [a]\n: b\n", "{a: 1}: b\n",
    "\n", "\r", " ", "\t", " \n", "#", "# x\n", "%\n", "---\n", "...\n", '"', "'", "|", ">\n", "\0", "\x85",
    "\u2028", "\ufeff", "\u200b",
    "- !!str x\n", "- !foo x\n", "! ", "&a ", "&a #\n", "*a ", "- *a\n", "&a [*a, ", "- &a\n  !!str\n",
    "a: {{ x }}\n", "a:b ", "a?: b\n",
    "- [a]#\n", "a: 'b'c\n",
]  # fmt: skip
# What is repeated, between a start and an end.
FRAMED = [
    ("a: ", "x\n  ", ""), ("a: ", "xxxx ", ""), ("", "x", ": 1"), ('"', "x", '": 1'), ('a: "', "x\n", '"'),
    ('a: "', "x ", ""),
    ("a: '", "x ", ""), ('a: "', "\\n", '"'), ('a: "', "\\\n", '"'), ('a: "', "\n", '"'), ('a: "', "\\", '"'),
    ("a: |\n", "\n", ""),
    ("a: |+\n  x", "\n", ""), ("a: |\n", "  x\n", ""), ("a: >\n", "  x\n\n", ""), ("a: [", "1,", "1]"), ("a: [",
    "1,\n", "1]"),
    ("a: [", "?a,", "1]"), ("a: [", "a:b,", "1]"), ("a: {", "a:b,", "1"), ("[", "a, ", ""), ("a: &a [", "*a,", "1]"),
    ("a: !", "x", ""), ("a: &x #", " #", "\n"), ("a: ", "9", ""), ("a: 1e", "9", ""), ("a: 0x", "f", ""),
    ("a: b", " ", ""),
    ("a: |\n  b", " ", ""), ("a: [1]", "#", ""), ("# \n%YAML 1.2\n", "#\n", "---\na"), ("a: ",
    "\U0001f469\u200d", ""), ("a: ", "\u00a0", ""),
]  # fmt: skip
NUMBERED: list[Callable[[int], str]] = [
    lambda n: f"a{n}: &a{n} x\n",
    lambda n: f"k{n}: 1\n" * 2,
    lambda n: f"a{n}: &a{n} [*a{n - 1}]\n" if n else "a0: &a0 [x]\n",
    lambda n: f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" if n else "a0: &a0 [x,x]\n",
    lambda n: " " * min(n, 900) + "a:\n",
    lambda n: " " * min(n, 900) + "-\n",
    lambda n: "- " + "9" * 4000 + f"{n}\n",
]


def texts(size: int) -> dict[str, str]:
    """Return the texts by a name that shows what they are made of."""
    found = {repr(piece): piece * (size // len(piece)) for piece in REPEATED}
    for start, piece, end in FRAMED:
        found[repr((start, piece, end))] = start + piece * (size // len(piece)) + end
    for index, line in enumerate(NUMBERED):
        lines, length, number = [], 0, 0
        while length < size:
            lines.append(line(number))
            length += len(lines[-1])
            number += 1
        found[f"numbered {index}"] = "".join(lines)
    return found


def main() -> None:
    from mailspec.text import invisible, read

    size = int(sys.argv[1])
    for title, text in texts(size).items():
        print("start", title, flush=True)
        began = time.process_time()
        document = read("x.yml", text.encode(), tags={"!vault": "ansible_vault"})
        document.comments()
        for path in ((), ("a",), ("a", 0), (0, 0)):
            document.span(path, key=True)
            document.is_plain(path)
        invisible(document.text)
        print(f"done {time.process_time() - began:.2f} s", flush=True)


if __name__ == "__main__":
    main()
