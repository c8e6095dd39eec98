"""``mailspec explain``: every page, in three formats, readable in a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from mailspec.outcome.catalogue import CATALOGUE, NEVER_SUPPRESSED

SCHEMAS = Path(__file__).parents[2] / "schemas/output"


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_is_explained_in_80_columns(cli, code):
    ran = cli("explain", code, env={"COLUMNS": "80"})
    assert ran.code == 0
    assert ran.out.startswith(f"{code} {CATALOGUE[code].name}\n")
    assert [line for line in ran.out.split("\n") if len(line) > 80] == []
    for title in ("Why", "Bad", "Good", "Fix", "Configure", "Source"):
        assert f"\n{title}\n" in ran.out


def test_markup_does_not_show(cli):
    out = cli("explain", "MS101").out
    assert "```" not in out
    assert "## " not in out
    assert "    port: 465" in out


@pytest.mark.parametrize("word", ["ms101", "MS101", "port-security-mismatch"])
def test_a_code_in_any_case_or_the_name_will_do(cli, word):
    assert cli("explain", word).out == cli("explain", "MS101").out


def test_narrow_terminals_get_narrow_lines(cli):
    out = cli("explain", "MS101", env={"COLUMNS": "50"}).out
    assert [line for line in out.split("\n") if len(line) > 50 and not line.startswith("    ")] == []


@pytest.mark.parametrize("code", ["MS101", "MS301"])
def test_json(cli, code):
    held = cli("explain", code, "--format", "json").json
    assert held["version"] == 1
    assert (held["code"], held["name"], held["severity"]) == (code, CATALOGUE[code].name, "error")
    assert held["suppressible"] is (code not in NEVER_SUPPRESSED)
    assert list(held["sections"]) == ["Why", "Bad", "Good", "Fix", "Configure", "Source", "Mend"]
    assert held["sections"]["Mend"] == held["sections"]["Fix"], "programs still read it by the name that it had"
    assert "```yaml" in held["sections"]["Bad"]


def test_markdown_is_the_page_itself(cli):
    out = cli("explain", "MS101", "--format", "markdown").out
    assert out.startswith("# MS101 port-security-mismatch\n")
    assert "```yaml\nversion: 1" in out


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("MS199", "Did you mean MS"),
        ("port-securty-mismatch", "Did you mean port-security-mismatch?"),
        ("nonsense", "mailspec rules lists them."),
        ("../../../etc/passwd", "mailspec rules lists them."),
    ],
)
def test_unknown_codes_are_wrong_use(cli, word, hint):
    ran = cli("explain", word)
    assert (ran.code, ran.out) == (2, "")
    assert hint in ran.err


def test_json_fits_its_published_schema(cli):
    schema = json.loads((SCHEMAS / "explain.json").read_text(encoding="utf-8"))
    for code in CATALOGUE:
        jsonschema.validate(cli("explain", code, "--format", "json").json, schema)
