"""``mailspec rules``: the whole catalogue, as a table and as data."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import jsonschema
import pytest

from mailspec.cli.main import main
from mailspec.outcome.catalogue import CATALOGUE

SCHEMAS = Path(__file__).parents[2] / "schemas/output"


def test_each_code_has_a_line_within_80_columns(cli):
    ran = cli("rules", env={"COLUMNS": "80"})
    assert ran.code == 0
    assert re.findall(r"^  (MS\d{3})", ran.out, re.MULTILINE) == list(CATALOGUE)
    assert [line for line in ran.out.split("\n") if len(line) > 80] == []
    assert re.search(r"^  MS101  port-security-mismatch +error    fix  Port and security disagree\.$", ran.out, re.M)
    assert re.search(r"^  MS102  unencrypted +warning       ", ran.out, re.MULTILINE)


def test_what_is_no_result_goes_to_standard_error(cli):
    assert "mailspec explain CODE" in cli("rules").err
    assert cli("rules", "--quiet").err == ""


def test_json(cli):
    held = cli("rules", "--format", "json").json
    assert held["version"] == 1
    assert [rule["code"] for rule in held["rules"]] == list(CATALOGUE)
    first = held["rules"][0]
    assert first == {
        "code": "MS001",
        "name": "yaml-syntax",
        "severity": "error",
        "preview": False,
        "fixable": False,
        "suppressible": False,
        "family": "text, schema, references",
        "summary": CATALOGUE["MS001"].summary,
    }


def test_json_fits_its_published_schema(cli):
    schema = json.loads((SCHEMAS / "rules.json").read_text(encoding="utf-8"))
    jsonschema.validate(cli("rules", "--format", "json").json, schema)


def test_a_rule_in_preview_says_so_wherever_it_is_listed(monkeypatch, capsys):
    monkeypatch.setitem(CATALOGUE, "MS101", CATALOGUE["MS101"]._replace(preview=True))
    assert main(["rules"]) == 0
    (line,) = [held for held in capsys.readouterr().out.split("\n") if held.startswith("  MS101")]
    assert "Preview" in line
    assert main(["rules", "--format", "json"]) == 0
    held = json.loads(capsys.readouterr().out)
    assert [rule["code"] for rule in held["rules"] if rule["preview"]] == ["MS101"]
    assert main(["explain", "MS101"]) == 0
    assert "MS101 is in preview" in capsys.readouterr().err


@pytest.mark.parametrize("writer", ["rules_page", "reference_page"])
def test_the_pages_name_those_in_preview(writer, monkeypatch):
    spec = importlib.util.spec_from_file_location(writer, SCHEMAS.parents[1] / f"tools/{writer}.py")
    pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pages)
    monkeypatch.setitem(CATALOGUE, "MS101", CATALOGUE["MS101"]._replace(preview=True))
    text = pages.page() if writer == "rules_page" else "\n".join(pages.rules())
    assert [line.split("]")[0] for line in text.split("\n") if "in preview |" in line] == ["| [MS101"]
