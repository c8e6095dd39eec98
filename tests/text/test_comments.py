from __future__ import annotations

from collections.abc import Callable

import pytest

from mailspec.text import Document

Reader = Callable[..., Document]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a\n", [(1, 1, "# a", True)]),
        ("a: 1 # b\n  # c", [(1, 6, "# b", False), (2, 3, "# c", True)]),
        ("a: 1\t# b\r\n# c\r\n", [(1, 6, "# b", False), (2, 1, "# c", True)]),
        ("a: b#c\nd: '# e'\nf: \"# g\n  # h\"\n", []),
        ("a: |  # b\n  # c\n\n  d # e\n# f\n", [(1, 7, "# b", False), (5, 1, "# f", True)]),
        ("a: >\n  b\n # c\n", [(3, 2, "# c", True)]),
        ("a: |\n  b", []),
        ("a: &b # c\n  d\n", [(1, 7, "# c", False)]),
        ("a: !!str # c\n  '# d'\n", [(1, 10, "# c", False)]),
        ("a: !vault | # c\n  # d\n", [(1, 13, "# c", False)]),
        ("a: [1, # b\n  # c\n  '#', 2] # d\n", [(1, 8, "# b", False), (2, 3, "# c", True), (3, 11, "# d", False)]),
        ("a: # b\nc: # d\n", [(1, 4, "# b", False), (2, 4, "# d", False)]),
        ("? a # b\n: c # d\n", [(1, 5, "# b", False), (2, 5, "# d", False)]),
        ("a: b\n  c # d\n", [(2, 5, "# d", False)]),
        ("--- # a\nb: 1\n... # c\n", [(1, 5, "# a", False), (3, 5, "# c", False)]),
        ("%YAML 1.2 # a\n---\nb: 1\n", [(1, 11, "# a", False)]),
        ("a: 1\n--- # b\nc: '# d'\n", []),
        ("a: x\u2028# b\n", []),
        ("a: \u00a0# b\n", []),
        ("😀: é # ü\n", [(1, 6, "# ü", False)]),
        ("a: 'b # c\n", []),
    ],
)
def test_comments(load: Reader, text: str, expected: list[tuple[int, int, str, bool]]) -> None:
    document = load(text)
    assert [tuple(comment) for comment in document.comments()] == expected
    assert document.comments() is document.comments()
