"""What is told of templates without running them. Places and words of whole projects: tests/rules/cases/MS6*."""

from __future__ import annotations

from time import perf_counter

import pytest

from mailspec.message.template_check import examine

SAMPLE = {"user": {"name": "Alice", "tags": ["a"]}, "url": "https://acme.example"}


def troubles(text: str, *, sample=SAMPLE, subject: str | None = "x", name: str = "a.md.j2", **others: str):
    texts = {name: text, **{key.replace("__", "/"): value for key, value in others.items()}}
    return [(trouble.kind, trouble.line, trouble.column) for trouble in examine(name, texts.get, subject, sample)]


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

    found = examine("mail/a.md.j2", read, "x", SAMPLE)
    places = [(trouble.kind, trouble.name) for trouble in found]
    assert places == [("missing", "c.md.j2"), ("unknown", "mail/b.md.j2"), ("unknown", "c.md.j2")]
    assert not [name for name in asked if name.startswith("..")]


@pytest.mark.parametrize(
    "text",
    [
        "{{ 9**(9**9) }}",
        "{{ 'x'|center(10**12) }}{{ 'x'*10**12 }}{{ '%1000000000000d' % 1 }}",
        "{% for a in range(10**9) %}{% for b in range(10**9) %}{% endfor %}{% endfor %}",
        "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}",
        "{% if a %}" * 3000 + "{% endif %}" * 3000,
        "{{ " + "not " * 5000 + "a }}",
        "{{ a" + "|e" * 5000 + " }}{{ a" + ".b" * 5000 + " }}",
        "x" * 2_000_000,
        "{{ a }}" * 20_000,
    ],
    ids=["power", "long texts", "loops", "brackets", "blocks", "not", "filters", "large", "many"],
)
def test_a_hostile_template_is_judged_in_time(text):
    start = perf_counter()
    troubles(text, sample={})
    assert perf_counter() - start < 10
