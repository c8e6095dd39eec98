"""What the language takes and what the code reads are one pattern: both accept, or both refuse, each text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailspec.load import load
from mailspec.model.patterns import PLAIN_NAME
from mailspec.schema.shape import fits
from mailspec.source.folder import Folder
from mailspec.text.address import LONGEST_ADDRESS, is_address, parse_address

PIECES = ["a", "@", "acme.example", "<", ">", '"', "\\", ",", ";", " ", ".", "ü", "*"]
HIDDEN = [
    "\t",
    "\n",
    "\r\n",
    "\x00",
    "\x1c",
    "\x1f",
    "\x7f",
    "\x85",
    "\x9f",
    "\xa0",
    "\u2028",
    "\u2029",
    "\u3000",
    "\u200b",
]
TEXT = st.lists(st.sampled_from(PIECES + HIDDEN), max_size=9).map("".join)
FORMS = [
    "a{}b@acme.example",
    "a@acme{}.example",
    "A{}<a@acme.example>",
    '"A{}" <a@acme.example>',
    '"A{}',
    '"A"{}<a@b.example>',
]
NEAR = st.builds(str.format, st.sampled_from([*FORMS, '"\\{}" <a@b.example>', "{}a@b.example", "a@b.example{}"]), TEXT)


def configuration(**words: Any) -> dict[str, Any]:
    return {"version": 1, "configurations": [{"name": "A", **words}]}


@given(TEXT | NEAR)
@example("a@acme.example")
@example("x" * (LONGEST_ADDRESS - 13) + "@acme.example")
@example("x" * (LONGEST_ADDRESS - 12) + "@acme.example")
def test_an_address_of_the_language_is_one_that_is_read(text: str) -> None:
    assert fits(configuration(reply_to=text)) == is_address(text)


@given(TEXT | NEAR)
@example("Acme, Inc. <a@acme.example>")
@example('"a@b.example" <a@acme.example>')
@example("a@b.example <a@acme.example>")
@example(" \n a@acme.example \n")
def test_a_sender_of_the_language_is_one_that_is_read(text: str) -> None:
    assert fits(configuration(**{"from": text})) == (parse_address(text) is not None)


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("staging", True), ("Staging-2.b_c", True), ("0", True), ("x" * 100, True),
        ("-staging", False), ("_staging", False), ("sta ging", False), ("stäging", False),
        ("staging~", False), ("staging\t", False),
    ],
)  # fmt: skip
def test_a_name_of_an_environment_in_a_file_and_of_a_file(tmp_path: Path, name: str, taken: bool) -> None:
    assert (re.fullmatch(PLAIN_NAME, name) is not None) == taken
    assert fits({"version": 1, "environments": {name: {}}}) == taken
    (tmp_path / "environments" / name).mkdir(parents=True)
    (tmp_path / "mailspec.yml").write_text("version: 1\n")
    (tmp_path / "environments" / name / "a.yml").write_text("version: 1\n")
    loaded = load(Folder(str(tmp_path), str(tmp_path)), str(tmp_path), "mailspec.yml")
    messages = [finding.message for findings in loaded.overlay_findings.values() for finding in findings]
    assert any("is not a name for an environment" in message for message in messages) == (not taken)
