"""What a report may show of a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.render import html
from mailspec.render.as_json import report_json
from mailspec.render.as_text import report as as_text
from mailspec.render.redaction import CONTEXT, redacted_source
from mailspec.text import read
from mailspec.workflow.validate.validation import validate

TEXT = "a: 1\nb:\n  password: hunter2-one\nc: hunter2-one\nd: 4\ne: 5\nf: hunter2-one\n"
NEAR_TO_5 = ["", "", "  password: ***********", "c: ***********", "d: 4", "e: 5", "f: ***********"]


def at(line: int) -> Finding:
    return Finding("MS104", "port", "error", "Wrong.", Location("x.yml", line, 1, line, 2), "/c")


def document(text: str = TEXT):
    return read("x.yml", text.encode())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_near_to_a_finding_are_shown_and_those_before_are_empty(end: str) -> None:
    held = redacted_source(document(TEXT.replace("\n", end)), [at(5)])
    # Whatever ends them, the lines stay countable.
    assert held.splitlines() == [
        "",
        "",
        "  password: ***********",
        "c: ***********",
        "d: 4",
        "e: 5",
        "f: ***********",
    ]


def test_the_report_that_shows_most_around_a_place_finds_it() -> None:
    template = (Path(html.__file__).parent / "templates/macros.html.j2").read_text()
    assert [int(lines) for lines in re.findall(r"context=(\d)", template)] == [CONTEXT]


def test_the_whole_text_is_shown_where_it_is_asked_for() -> None:
    assert redacted_source(document(), [at(5)], whole=True) == TEXT.replace("hunter2-one", "***********")


def test_with_suppressions_all_lines_are_shown() -> None:
    text = TEXT + "# mailspec: ignore[MS104] why\n"
    assert redacted_source(document(text), [at(1)]) == text.replace("hunter2-one", "***********")


def test_a_private_key_far_above_hides_what_follows() -> None:
    text = "a: |\n  -----BEGIN PRIVATE KEY-----\n  AAAA\n  BBBB\n  -----END PRIVATE KEY-----\nb: 1\n"
    assert "BBBB" not in redacted_source(document(text), [at(4)])


def test_a_reference_below_a_secret_key_is_shown_and_a_secret_beside_one_is_not() -> None:
    text = "p:\n  password: {env: NAME}\nq:\n  password: {env: NAME, more: hunter2}\nx-password: {env: hunter3}\n"
    held = redacted_source(document(text), [at(3)], whole=True)
    assert "{env: NAME}" in held
    assert "hunter" not in held


def test_aliases_of_secrets_are_hidden_as_well() -> None:
    text = "a: &p hunter2-one\nb: {password: *p}\nc: hunter2-one\n"
    assert "hunter2" not in redacted_source(document(text), [at(3)])


def test_overlapping_places_are_hidden_once_and_columns_stay() -> None:
    text = "x-a: {password: hunter2}\nb: 1\n"
    held = redacted_source(document(text), [at(2)], whole=True)
    assert len(held) == len(text)
    assert held.startswith("x-a: ")
    assert "hunter2" not in held


def test_of_very_many_secrets_only_known_words_are_shown() -> None:
    text = "users:\n" + "".join(f"  - email: a{n}\n    password: hunter{n}\n" for n in range(200))
    held = redacted_source(document(text), [at(3)])
    assert "hunter" not in held
    assert "email" in held


def test_behind_the_last_problem_that_is_reported_only_known_words_are_shown(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    keys = "".join(f"k{n}: hunter{n}-Secret\n" for n in range(1005))
    (tmp_path / "mailspec.yml").write_text("version: 1\n" + keys + "AKIA5ZQWERTYUIOPASDF: hunter\n")
    held = validate()
    assert sum(finding.code == "MS004" for finding in held.findings) == 1000
    for text in (held.texts["mailspec.yml"], as_text(held), report_json(held)):
        assert "hunter" not in text
        assert "AKIA5ZQ" not in text


def test_a_related_place_in_another_file_is_shown(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "users").mkdir()
    (tmp_path / "mailspec.yml").write_text("version: 1\ninstance: {name: A}\n")
    for name in ("a", "b"):
        (tmp_path / "users" / f"{name}.yml").write_text("users:\n  - email: twice@acme.example\n")
    text = as_text(validate())
    assert text.count("email: twice@acme.example") == 2
    assert "first declared here" in text
