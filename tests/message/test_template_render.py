from __future__ import annotations

import re

import pytest

from mailspec.message.template import Parts, Trouble, kind_of
from mailspec.message.template_render import render

HOSTILE = "<script>alert(1)</script> [x](https://evil.example) *b* `c` # d"


def made(text: str, sample=None, *, name: str = "a.md.j2", subject: str | None = "x", **others: str) -> Parts:
    texts = {name: text, **others}
    parts = render(name, texts.get, subject, sample or {})
    assert isinstance(parts, Parts), parts
    return parts


def test_markdown_gives_text_and_html():
    parts = made(
        "# Hello {{ name }}\n\n* one\n* [two]({{ url }})\n", {"name": "Zoë", "url": "https://acme.example/?a=b_c"}
    )
    assert parts.text == "# Hello Zoë\n\n* one\n* [two](https://acme.example/?a=b_c)\n"
    assert "<h1>Hello Zoë</h1>" in parts.html
    assert '<li><a href="https://acme.example/?a=b_c">two</a></li>' in parts.html


def test_text_gives_plain_html():
    parts = made("Hello <you>\n\none\ntwo\n", name="a.txt.j2")
    assert parts.text == "Hello <you>\n\none\ntwo\n"
    assert "<p>Hello &lt;you&gt;</p>\n<p>one<br>\ntwo</p>" in parts.html


def test_html_gives_no_text():
    assert made("<p>{{ name }}</p>", {"name": "A & B"}, name="a.html.j2") == Parts("x", "", "<p>A &amp; B</p>\n")


def test_blocks_give_each_part():
    text = (
        "{% block subject %}Hi {{ name }}\n{% endblock %}{% block text %}T {{ name }}{% endblock %}"
        "{% block html %}<b>{{ name }}</b>{% endblock %}"
    )
    assert made(text, {"name": "<A>"}, subject=None) == Parts("Hi <A>", "T <A>\n", "<b>&lt;A&gt;</b>\n")


def test_a_subject_block_is_no_part_of_the_body():
    parts = made("{% block subject %}S{% endblock %}body", subject=None)
    assert (parts.subject, parts.text) == ("S", "body\n")


@pytest.mark.parametrize("name", ["a.md.j2", "a.txt.j2", "a.html.j2"])
def test_values_are_data_in_every_form(name):
    html = made("Hello {{ name }}", {"name": HOSTILE}, name=name).html
    assert "<script>" not in html
    assert "<a " not in html
    assert "<em>" not in html
    assert "<code>" not in html
    assert "&lt;script&gt;" in html


def test_what_a_macro_makes_is_the_authors():
    text = "{% macro link(url) %}[here]({{ url }}){% endmacro %}{{ link('https://acme.example') }}"
    html = made(text).html
    assert '<a href="https://acme.example">here</a>' in html


def test_what_the_sample_lacks_shows_its_name():
    assert made("{{ gone }} {{ gone.deeper }} {{ gone|upper }}").text == "{{ gone }} {{ gone }} {{ GONE }}\n"


def test_a_subject_is_one_line():
    assert made("x", {"name": "a\r\nBcc: b"}, subject="Hi {{ name }}").subject == "Hi a Bcc: b"


def test_includes_and_inheritance():
    others = {"t/base.html": "<html>{% block html %}{% endblock %}</html>", "t/foot.txt": "-- {{ name }}"}
    text = "{% block text %}T {% include 'foot.txt' %}{% endblock %}{% block html %}<b>H</b>{% endblock %}"
    assert made(text, {"name": "A"}, name="t/a.html", **others) == Parts("x", "T -- A\n", "<b>H</b>\n")


@pytest.mark.parametrize(
    ("text", "kind", "words", "line"),
    [
        ("a\n{% fi %}", "syntax", "fi", 2),
        ("a\n{{ 1 / 0 }}", "failed", "ZeroDivisionError", 2),
        ("a\n\n{{ 'a' + 1 }}", "failed", "TypeError", 3),
        ("{{ gone() }}", "failed", "undefined", 1),
        ("{% include 'gone' %}", "failed", "TemplateNotFound", 1),
        ("{% include '../../etc/passwd' %}", "failed", "TemplateNotFound", 1),
        ("{{ [].append(1) }}", "failed", "SecurityError", 1),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "failed", "", 1),
        ("{{ cycler.__init__.__globals__.os.system('x') }}", "failed", "", 1),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "failed", "nested", 1),
        ("{{ range(10**9)|list }}", "failed", "OverflowError", 1),
    ],
)
def test_what_stops_a_template_is_reported(text, kind, words, line):
    found = render("a.md.j2", {"a.md.j2": text}.get, "x", {})
    assert isinstance(found, Trouble)
    assert (found.kind, found.line) == (kind, line)
    assert words in found.message


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("a.md.j2", "markdown"), ("a.html.jinja", "html"), ("a.HTM", "html")),
        *(("a.txt.j2", "text"), ("a.j2", "text"), ("a", "text")),
    ],
)
def test_the_ending_tells_the_kind(name, kind):
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("written", "held"),
    [
        ("{{ '\\ud800' }}", r"half a character \(U\+D800\)"),
        ("{{ '\\ud83d' }}{{ '\\ude00' }}", r"half a character \(U\+D83D\)"),
        ("{{ '\\0' }}", r"control character U\+0000"),
        ("{{ given }}", r"control character U\+0007"),
        ("\x1b[2J", r"control character U\+001B"),
        ("{% macro of(x) %}{{ x }}{% endmacro %}{{ of('\\x85') }}", r"control character U\+0085"),
    ],
)
@pytest.mark.parametrize(
    ("whole", "line"),
    [
        ("{{% block subject %}}\nHi\n{} there{{% endblock %}}{{% block text %}}t{{% endblock %}}", 3),
        ("{{% block subject %}}Hi{{% endblock %}}{{% block text %}}t\n{}{{% endblock %}}", 2),
        ("{{% block subject %}}Hi{{% endblock %}}{{% block html %}}t\n\n{}{{% endblock %}}", 3),
    ],
    ids=["subject", "text", "html"],
)
def test_what_no_mail_can_hold_is_told_with_its_place(whole: str, line: int, written: str, held: str) -> None:
    texts = {"a.md.j2": whole.format(written)}
    found = render("a.md.j2", texts.get, None, {"given": "x\x07"})
    assert isinstance(found, Trouble)
    assert re.search(held, found.message)
    assert (found.kind, found.name) == ("failed", "a.md.j2")
    # What stands in the template itself is one piece with the text around it.
    assert found.line in (line, 1)


def test_what_no_mail_can_hold_in_the_declared_subject_is_told_of_the_subject() -> None:
    found = render("a.md.j2", {"a.md.j2": "text"}.get, "Hi {{ '\\ud800' }}", {})
    assert isinstance(found, Trouble)
    assert (found.kind, found.name) == ("failed", "")
