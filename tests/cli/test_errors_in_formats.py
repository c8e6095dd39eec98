"""Where the files have errors, every command keeps to the format that was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from jsonschema import Draft7Validator

from mailspec.schema.output import output_schemas

SPEC = """\
version: 1
configurations:
  - {name: "<b>Main</b>", host: mail.acme.example, port: 465, security: starttls, from: hub@acme.example}
"""
COMMANDS = [
    ["plan"],
    ["apply", "--auto-approve"],
    ["apply", "--check"],
    ["test", "--to", "qa@acme.example"],
    ["probe"],
    ["status"],
    ["drift"],
    ["rollback", "--auto-approve"],
]


@pytest.fixture
def run(cli: Callable[..., Any], tmp_path: Path) -> Callable[..., str]:
    (tmp_path / "mailspec.yml").write_text(SPEC)

    def go(*words: str) -> str:
        ran = cli(*words, cwd=tmp_path)
        assert ran.code == 1, ran.err
        assert "Fix the errors first" in ran.err
        return str(ran.out)

    return go


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_findings_come_in_the_format_that_was_asked_for(command: list[str], run: Callable[..., str]) -> None:
    data = json.loads(run(*command, "--format", "json"))
    Draft7Validator(output_schemas()["validate"]).validate(data)
    assert [entry["code"] for entry in data["findings"]] == ["MS101"]
    sarif = json.loads(run(*command, "--format", "sarif"))
    assert (sarif["version"], sarif["runs"][0]["results"][0]["ruleId"]) == ("2.1.0", "MS101")
    page = run(*command, "--format", "html")
    assert page.startswith("<!doctype html>")
    assert "MS101" in page
    assert "<b>Main" not in page
    assert fromstring(run(*command, "--format", "junit")).tag == "testsuites"
    assert "MS101" in run(*command, "--format", "markdown")
    assert "::error" in run(*command, "--format", "github")


def test_they_go_to_a_file_and_not_to_standard_output_too(run: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    assert run("plan", "--format", f"json={file}") == ""
    assert json.loads(file.read_text())["summary"]["errors"] == 1
