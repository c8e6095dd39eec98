"""Previews run templates in a process with limits; what is wrong is told with its place."""

from __future__ import annotations

from time import perf_counter

import pytest

from mailspec.message.template import Trouble
from mailspec.workflow.project import UsageError, open_project
from mailspec.workflow.templates.template_preview import preview, render_apart

SPEC = """\
version: 1
instance: {name: Acme}
configurations:
  - {name: Main, host: localhost, from: noreply@acme.example}
email_types:
  - name: reset
    trigger: reset_request
    customizable: true
    template: templates/reset.md.j2
    subject: "{{ instance.name }}: reset"
    sample: samples/reset.yml
  - {name: locked, customizable: false}
environments:
  staging:
    email_types: [{name: reset, subject: "[staging] reset"}]
"""


@pytest.fixture
def project(tmp_path):
    for name, text in {
        "mailspec.yml": SPEC,
        "templates/reset.md.j2": "Hello {{ user.name }},\n\n{% include 'foot.md.j2' %}\n",
        "templates/foot.md.j2": "Yours, {{ instance.name }}",
        "samples/reset.yml": "user: {name: Alice}\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def run(project, name="reset", environment=None, **options):
    opened = open_project(str(project))
    return preview(opened.spec(environment), name, opened.folder.file, **options)


def test_the_message_is_made_with_the_sample_data(project):
    held = run(project)
    assert (held.sender, held.trigger) == ("Acme <noreply@acme.example>", "reset_request")
    assert (held.customizable, held.troubles) == (True, [])
    assert held.parts is not None
    assert (held.parts.subject, held.parts.text) == ("Acme: reset", "Hello Alice,\n\nYours, Acme\n")


def test_other_sample_data_and_another_environment(project):
    held = run(project, environment="staging", sample={"user": {"name": "Bob"}, "instance": {"name": "X"}})
    assert held.parts is not None
    assert (held.parts.subject, held.parts.text) == ("[staging] reset", "Hello Bob,\n\nYours, X\n")


@pytest.mark.parametrize(
    ("file", "text", "kind", "rendered"),
    [
        ("templates/reset.md.j2", "{{ usr }}", "unknown", True),
        ("templates/reset.md.j2", "{% fi %}", "syntax", False),
        ("templates/reset.md.j2", "{% include 'gone' %}", "missing", False),
        ("templates/reset.md.j2", "{{ 1 / 0 }}", "failed", False),
        ("samples/reset.yml", "- list", "missing", False),
        ("samples/reset.yml", "a: [", "missing", False),
    ],
)
def test_what_is_wrong_is_reported(project, file, text, kind, rendered):
    (project / file).write_text(text)
    held = run(project)
    assert kind in {trouble.kind for trouble in held.troubles}
    assert (held.parts is not None) is rendered


@pytest.mark.parametrize(
    ("name", "words"),
    [("rest", "Did you mean 'reset'"), ("locked", "no template"), ("x" * 9, "Declared: reset, locked")],
)
def test_a_name_that_cannot_be_meant_is_wrong_use(project, name, words):
    with pytest.raises(UsageError, match=words):
        run(project, name)


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 9**(9**9) }}",
        "{{ 'x'|center(10**10) }}",
        "{% set a = namespace(b='xxxxxxxxxx') %}{% for i in range(99999) %}{% set a.b = a.b ~ a.b %}{% endfor %}",
    ],
    ids=["loops", "power", "one long text", "growing text"],
)
def test_a_template_that_runs_away_is_ended(text):
    start = perf_counter()
    # The loops are ended by the process's own limit of computing time, five seconds; the others by our patience.
    found = render_apart("a", {"a": text}, "x", {}, seconds=8 if "99999) %}{% for b" in text else 2)
    assert isinstance(found, Trouble)
    assert found.kind == "failed"
    assert perf_counter() - start < 20
