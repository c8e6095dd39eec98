"""Markdown pages in a terminal."""

from __future__ import annotations

from mailspec.render.page import page

TEXT = """\
# Title

One paragraph with `code that stays`, **bold** and [a link](https://acme.example),
over two lines.

- an item that is long enough to be wrapped at forty columns
- another one

```yaml
key: a line of code that is longer than forty columns and is not wrapped

after: an empty line
```
"""


def test_paragraphs_and_lists_are_wrapped_and_code_is_not():
    assert page(TEXT, width=40).split("\n") == [
        "Title",
        "",
        "One paragraph with `code that stays`,",
        "bold and a link (https://acme.example),",
        "over two lines.",
        "",
        "- an item that is long enough to be",
        "  wrapped at forty columns",
        "- another one",
        "",
        "    key: a line of code that is longer than forty columns and is not wrapped",
        "",
        "    after: an empty line",
    ]


def test_colours_take_no_columns():
    plain, coloured = page(TEXT, width=40), page(TEXT, width=40, colour=True)
    assert coloured != plain
    for code in ("\x1b[1m", "\x1b[36m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain


def test_control_characters_are_shown():
    assert "\x1b" not in page("A \x1b[31mred\x1b[0m word and\n\n```\n\x07\n```")
