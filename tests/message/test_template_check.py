"""What is told of templates without running them. Places and words of whole projects: tests/rules/cases/MS6*."""

from __future__ import annotations

from time import perf_counter, process_time

import pytest

from mailspec.message.parsed_template import Templates
from mailspec.message.template_check import examine

SAMPLE = {"user": {"name": "Alice", "tags": ["a"]}, "url": "https://acme.example"}


def troubles(text: str, *, sample=SAMPLE, subject: str | None = "x", name: str = "a.md.j2", **others: str):
    texts = {name: text, **{key.replace("__", "/"): value for key, value in others.items()}}
    return [
        (trouble.kind, trouble.line, trouble.column) for trouble in examine(name, Templates(texts.get), subject, sample)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Hello {{ user.name }} {{ user['name'] }} {{ url|e }}",
        "{{ user.tags[0].upper() }} {{ user.keys() }} {{ url.split('/')[0].foo }}",
        "{% for tag in user.tags %}{{ tag.x }}{{ loop.last }}{% endfor %}",
        "{% set a = 1 %}{{ a }}{% macro b(c, d=1) %}{{ c }}{{ d }}{% endmacro %}{{ b(1) }}",
        "{{ range(3)|list }}",
        "{% with z = user %}{{ z.name }}{% endwith %}{% filter upper %}x{% endfilter %}",
        "{% raw %}{{ not_a_variable }}{% endraw %}{# {{ nor.this }} #}",
    ],
)
def test_what_is_right_is_silent(text):
    assert troubles(text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{{ nmae }}", (1, 4)),
        ("name {{ nmae }}", (1, 9)),
        ("x\n\n  {{ user.nmae }} {{ user.nmae }}", (3, 11)),
        ('{{ user["nmae"] }}', (1, 10)),
        ("{% if nmae %}{% endif %}", (1, 7)),
        ("{{\n  nmae\n}}", (2, 3)),
        ("{{ url ~ nmae.deeper.still }}", (1, 10)),
        ("nmae {{ user.name }} nmae {{ nmae }}", (1, 30)),
    ],
)
def test_an_unknown_variable_is_reported_once_at_its_first_place(text, place):
    assert troubles(text) == [("unknown", *place)]


def test_without_sample_data_nothing_is_unknown():
    assert troubles("{{ anything.at.all }}", sample=None) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{% endfor %}", (1, 4)),
        ("a\n{{ a b }}", (2, 6)),
        ("a\n{% if a %}\nb", (2, 4)),
        ("{{ a|nope }}", (1, 6)),
        ("{% if a is nope %}{% endif %}", (1, 12)),
        ("{% extends %}", (1, 1)),
        ("{{ 'a }}", (1, 4)),
        ("a\r\nb\r\n  {{ 'a }}", (3, 6)),
        ("a\r\nb\r\n  {{ a b }}", (3, 8)),
        ("{% include 'x' %}{{", (1, 1)),
    ],
)
def test_a_syntax_error_has_a_place(text, place):
    assert ("syntax", *place) in troubles(text, sample=None, x="")


@pytest.mark.parametrize(
    ("name", "text", "subject", "missing"),
    [
        ("a.md.j2", "x", None, 1),
        ("a.html.j2", "x", "x", 1),
        ("a.html.j2", "x", None, 2),
        ("a.txt", "{% block html %}x{% endblock %}", "x", 1),
        ("a.html", "{% block text %}x{% endblock %}{% block subject %}x{% endblock %}", None, 0),
        ("a.jinja2", "x", "x", 0),
        ("a.html.j2", "{% extends 'b.html' %}", None, 0),
    ],
)
def test_missing_parts(name, text, subject, missing):
    others = {"b.html": ""}
    assert [kind for kind, *_ in troubles(text, name=name, subject=subject, **others)] == ["part"] * missing


def test_includes_are_followed_once_and_in_the_project():
    texts = {
        "mail/a.md.j2": "{% include 'b.md.j2' %}{% include '../c.md.j2' %}{% include '/mail/b.md.j2' %}",
        "mail/b.md.j2": "{% include 'a.md.j2' %}{{ nmae }}",
        "c.md.j2": "{% include '../../etc/passwd' %}{% include name %}",
    }
    asked = []

    def read(name: str) -> str | None:
        asked.append(name)
        return texts.get(name)

    found = examine("mail/a.md.j2", Templates(read), "x", SAMPLE)
    places = [(trouble.kind, trouble.name) for trouble in found]
    # The name that is worked out is missing, too.
    assert places == [*[("missing", "c.md.j2")] * 2, ("unknown", "mail/b.md.j2"), ("unknown", "c.md.j2")]
    assert not [name for name in asked if name.startswith("..")]


def test_a_number_of_too_many_digits_is_a_syntax_error():
    assert troubles("{{ " + "9" * 5000 + " }}", sample={}) == [("syntax", 1, 1)]


@pytest.mark.parametrize(
    "text",
    [
        "{{ 9**(9**9) }}",
        "{{ 'x'|center(10**12) }}{{ 'x'*10**12 }}{{ '%1000000000000d' % 1 }}",
        "{% for a in range(10**9) %}{% for b in range(10**9) %}{% endfor %}{% endfor %}",
        "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}",
        "{% if a %}" * 3000 + "{% endif %}" * 3000,
        "{{ " + "not " * 5000 + "a }}",
        "{{ " + "9" * 5000 + " }}",
        "{{ a" + "|e" * 5000 + " }}{{ a" + ".b" * 5000 + " }}",
        "x" * 2_000_000,
        "{{ a }}" * 20_000,
    ],
    ids=["power", "long texts", "loops", "brackets", "blocks", "not", "digits", "filters", "large", "many"],
)
def test_a_hostile_template_is_judged_in_time(text):
    start = perf_counter()
    troubles(text, sample={})
    assert perf_counter() - start < 10


@pytest.mark.parametrize(
    "tag",
    [
        "{% include url %}",
        "{% include url ignore missing %}",
        '{% include "b" ~ ".md" %}',
        '{% include ["b.md", url] %}',
        '{% include "b.md" if url %}',
        '{% include "b.md" if url else url %}',
        '{% extends "b" + ".md" %}',
        '{% import "%s.md"|format(url) as b %}',
        "{% from user.name import b %}",
        "{% for n in user.tags %}{% include n %}{% endfor %}",
    ],
)
def test_a_template_whose_name_is_worked_out_is_missing(tag):
    found = troubles(f"\n{tag}\n", **{"b.md": "B", "url": "U"})
    assert [(kind, line) for kind, line, _ in found] == [("missing", 2)]


@pytest.mark.parametrize(
    ("tag", "missing"),
    [
        ('{% include "b.md" if url else "c.md" %}', 0),
        ('{% include "b.md" if url else "gone.md" %}', 1),
        ('{% include ["gone.md", "b.md"] %}', 0),
        ('{% include ("gone.md", "gone2.md") %}', 1),
        ('{% include ["gone.md"] ignore missing %}', 0),
        ('{% include "gone.md" ignore missing %}', 0),
        ('{% import "m.md" if url else "c.md" as m %}', 0),
    ],
)
def test_names_that_stand_there_are_followed(tag, missing):
    found = troubles(tag, **{"b.md": "B", "c.md": "C", "m.md": "{% macro x() %}{% endmacro %}"})
    assert [kind for kind, *_ in found] == ["missing"] * missing


def test_an_include_that_may_be_missing_is_looked_at_where_it_is_there():
    found = troubles('{% include "b.md" ignore missing %}', **{"b.md": "{% endfor %}"})
    assert [kind for kind, *_ in found] == ["syntax"]


@pytest.mark.parametrize("subject", ["{% include url %}", '{% include "gone.md" %}'])
def test_a_subject_includes_nothing_that_is_not_there(subject):
    assert [kind for kind, *_ in troubles("x", subject=subject)] == ["missing"]
    assert troubles("x", subject='{% include "b.md" %}', **{"b.md": "B"}) == []


def many(tag: str, size: int = 99_000) -> str:
    """Return a text of tags, each with a number in the place of ``#``."""
    return "".join(tag.replace("#", str(number)) for number in range(size // (len(tag) + 4)))


@pytest.mark.parametrize(
    "tag",
    ["{{a#}}", "{{ user.a# }}", "{{url|x#}}", "{{ url is x# }}", "{% include 'q#' %}", "{% include a# %}"],
)
def test_of_very_many_troubles_fifty_are_told(tag):
    start = process_time()
    found = examine("a.md.j2", Templates({"a.md.j2": many(tag)}.get), "x", SAMPLE)
    assert process_time() - start < 1.5
    assert len(found) == 51
    assert found[-1].message == "more than 50 things are wrong; the others are not told"


@pytest.mark.parametrize("text", ["{{ url }}" * 100_000, "{{ " + "url + " * 150_000 + "url }}", "{{a#}}"])
def test_tags_of_more_than_a_hundred_thousand_characters_are_told_before_they_are_parsed(text):
    start = process_time()
    texts = {"a.md.j2": text if len(text) > 10 else many(text, 900_000)}
    (found,) = examine("a.md.j2", Templates(texts.get), "x", SAMPLE)
    assert process_time() - start < 1
    assert found.message == "its tags have more than 100,000 characters in all"


def test_a_large_text_with_few_tags_is_silent():
    assert troubles("Hello {{ user.name }}, " + "text " * 100_000) == []


def test_a_template_that_many_share_is_read_once_and_compared_within_bounds():
    texts = {"a.md.j2": many("{{a#}}"), "b.md.j2": "{% include 'a.md.j2' %}"}
    known = {f"a{number}": "" for number in range(20_000)}
    templates = Templates(texts.get)
    start = process_time()
    kinds = [[trouble.message for trouble in examine("b.md.j2", templates, "x", known)] for _ in range(1500)]
    assert process_time() - start < 5
    assert kinds[0] == []
    assert ["1,000,000 variables together" in message for message in kinds[-1]] == [True]
