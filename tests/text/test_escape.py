"""What hostile strings become in each format."""

from __future__ import annotations

import html as standard
import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailspec.text.escape import github, github_property, header, html, markdown, runner_command, terminal

ANY = st.text(st.characters()) | st.text("@#!`|<>&[](){}*_\\:/-. \r\n\t\x1b\u202e\u200b%,ab1", max_size=40)
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff\ud800-\udfff]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 日本", "plain é 日本"),
        ("\x1b[2J\x1b]0;x\x07", "\\x1b[2J\\x1b]0;x\\x07"),
        ("250 ok\r\n550 no", "250 ok\\r\\n550 no"),
        ("a\tb\0c\x7f\x9b", "a\\tb\\x00c\\x7f\\x9b"),
        ("user\u202eexe.gpj", "user\\u202eexe.gpj"),
        ("a\u200bb\u3164", "a\\u200bb\\u3164"),
        ("\ud800\U000e0041", "\\ud800\\U000e0041"),
        ("::error::x", "\\x3a:error::x"),
        ("##[error]x ##vso[task.setvariable]y", "#\\x23[error]x #\\x23vso[task.setvariable]y"),
        ("10\u202f000\u00a0€ 👩\u200d💻", "10\u202f000\u00a0€ 👩\u200d💻"),
    ],
)
def test_terminal(text: str, shown: str) -> None:
    assert terminal(text) == shown


def test_terminal_with_lines() -> None:
    assert terminal("a\n::b\r\n\x1b", lines=True) == "a\n\\x3a:b\\r\n\\x1b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@alice and a@b.example", "@&#8203;alice and a@b.example"),
        ("(@org/team)", "(@&#8203;org/team)"),
        ("see #12, GH-3, o/r#4, !5", "see \\#&#8203;12, GH-&#8203;3, o/r\\#&#8203;4, !&#8203;5"),
        ("Fixes ACME-12 in GHSA-ab12-x", "Fixes ACME-&#8203;12 in GHSA-&#8203;ab12-x"),
        ("AB2-17, A_B-1 of 2026-11-28", "AB2-&#8203;17, A\\_B-&#8203;1 of 2026-11-28"),
        (
            "[vulnerability:1] [feature_flag:2] [issue:a/b/4]",
            "\\[vulnerability:&#8203;1\\] \\[feature\\_flag:&#8203;2\\] \\[issue:&#8203;a/b/4\\]",
        ),
        ("since 0123abc and DEADBEEF01", "since 0123ab&#8203;c and DEADBE&#8203;EF01"),
        ("address 123456 effaced", "address 123456 efface&#8203;d"),
        ("~bug &1 $2", "\\~&#8203;bug &amp;&#8203;1 \\$&#8203;2"),
        ("a | b", "a \\| b"),
        ("`code` **bold** __x__ ~~y~~", "\\`code\\` \\*\\*bold\\*\\* \\_\\_x\\_\\_ \\~\\~&#8203;y\\~\\~"),
        ("[x](http://evil.example)", "\\[x\\](http:&#8203;//evil.example)"),
        ("![x](y)", "!\\[x\\](y)"),
        ("www.evil.example", "www&#8203;.evil.example"),
        ("<img src=x onerror=y> &lt;", "&lt;img src\\=x onerror\\=y&gt; &amp;lt;"),
        ("<!-- x -->", "&lt;!-- x --&gt;"),
        ("- a", "\\- a"),
        ("12. a", "12\\. a"),
        ("# a", "\\# a"),
        ("a\n\n# b\r\n- c", "a  \\# b - c"),
        ("\\", "\\\\"),
        ("$x$", "\\$&#8203;x\\$"),
        ("\x1b\u202e", "\\\\x1b\\\\u202e"),
    ],
)
def test_markdown(text: str, shown: str) -> None:
    assert markdown(text) == shown


def test_markdown_of_our_own_words_keeps_links() -> None:
    assert markdown("see https://acme.example @x", links=True) == "see https://acme.example @&#8203;x"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"),
        ('" onload="x', "&quot; onload=&quot;x"),
        ("&amp;", "&amp;amp;"),
        ("a\nb\x00", "a&#10;b\\x00"),
        ("##[error]x ##vso[y]z # ##", "#&#35;[error]x #&#35;vso[y]z # ##"),
    ],
)
def test_html(text: str, shown: str) -> None:
    assert html(text) == shown


def test_github() -> None:
    assert github("100% a\r\n::error::b,c:\x1b") == "100%25 a%0D%0A::error::b,c:\\x1b"
    assert github_property("a:b,c%\n") == "a%3Ab%2Cc%25%0A"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Acme\r\nBcc: eve@evil.example", "Acme Bcc: eve@evil.example"),
        ("a\nb\rc\x0bd\x00e\u2028f\x85g", "a b c d e f g"),
        (" \u202eAcme\u200b ", "Acme"),
        ("Zoë 👩\u200d💻", "Zoë 👩\u200d💻"),
        ("\ud800", ""),
    ],
)
def test_header(text: str, shown: str) -> None:
    assert header(text) == shown


@given(ANY)
def test_nothing_unsafe_is_left(text: str) -> None:
    for escape in (terminal, markdown, html, github, github_property, header):
        shown = escape(text)
        assert not UNSAFE.search(shown), escape
        shown.encode("utf-8")
    assert not re.search(r"[\r\n]", terminal(text) + markdown(text) + github(text) + header(text))
    assert not re.search(r"^\s*::", terminal(text))
    assert not re.search(r"[<>]", markdown(text) + html(text))
    assert not re.search(
        r"(?<![0-9A-Za-z_])@[0-9A-Za-z_]|[#!][0-9A-Za-z_]|(?<!\\)[`|]",
        markdown(text).replace("&#8203;", " ").replace("&#39;", ""),
    )


def test_no_line_of_a_page_begins_with_what_a_name_says() -> None:
    assert html("x\n::error::y\r\n::add-mask::z").splitlines() == [html("x\n::error::y\r\n::add-mask::z")]


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="\u1680"), max_size=30))
def test_html_is_what_the_standard_library_reads_back(text: str) -> None:
    assert standard.unescape(html(text)) == text or "\\u" in html(text)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("a\n::error::b", "::error::"),
        ("  ::set-output name=x::y", "::set-output name=x::"),
        ("a ##[group]b", "##["),
        ("##vso[task.setvariable variable=x]y", "##vso["),
        ("::before { content: '' }\na ::error::b\n## [x](y)\n### x", None),
    ],
)
def test_runner_command(text: str, command: str | None) -> None:
    assert runner_command(text) == command


def test_lines_without_end_are_looked_through_once() -> None:
    text = "\n" * 300_000 + " " * 300_000 + "::x" + "\n::a " * 100_000
    start = process_time()
    assert runner_command(text) is None
    assert terminal(text, lines=True).count("\\x3a:") == 100_001
    assert process_time() - start < 2


@pytest.mark.parametrize("part", ["a\\", "a\\_", "A_", "a", "[a", "[a_", "a-", "##a", "[a:", "@a", "0a"])
def test_long_words_are_escaped_in_linear_time(part: str) -> None:
    start = process_time()
    for escape in (markdown, terminal, html, github):
        escape(part * (200_000 // len(part)))
    assert process_time() - start < 2
