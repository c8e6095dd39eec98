"""What counts: --strict, policy.severity, suppression, environments; asserted on the command line's own output."""

from __future__ import annotations

import json
from typing import Any

import pytest

WARNS = """version: 1
configurations:
  - {name: Relay, host: relay.acme.example, port: 25, from: noreply@acme.example}
"""


@pytest.fixture
def run(cli, tmp_path):
    """Validate one text with options; return the exit code and the JSON."""

    def go(text: str, *options: str) -> tuple[int, Any]:
        (tmp_path / "mailspec.yml").write_text(text)
        ran = cli("validate", tmp_path, "--format", "json", "--as-of", "2026-11-21", *options)
        return ran.code, ran.json

    return go


def codes(report):
    return [(finding["code"], finding["severity"], finding["suppressed"]) for finding in report["findings"]]


@pytest.mark.parametrize(("options", "exit_code"), [((), 0), (("--strict",), 1)])
def test_warnings_fail_only_when_strict(run, options, exit_code):
    code, report = run(WARNS, *options)
    assert code == exit_code
    assert codes(report) == [("MS103", "warning", False)]


@pytest.mark.parametrize(
    ("severity", "exit_code", "expected"),
    [
        ("error", 1, [("MS103", "error", False)]),
        ("info", 0, [("MS103", "info", False)]),
        ('"off"', 0, []),
    ],
)
def test_policy_changes_the_severity(run, severity, exit_code, expected):
    text = WARNS + f"policy: {{severity: {{MS103: {severity}}}}}\n"
    code, report = run(text, "--strict" if exit_code == 0 else "-v")
    assert (code, codes(report)) == (exit_code, expected)


def test_info_never_fails(run):
    text = WARNS.replace("relay.acme.example", "localhost")
    assert run(text, "--strict")[0] == 0


def test_suppressed_findings_stay_in_json_and_do_not_count(run):
    text = WARNS.replace("acme.example}\n", "acme.example}  # mailspec: ignore[MS103] only inside our network\n")
    code, report = run(text, "--strict")
    assert code == 0
    assert codes(report) == [("MS103", "warning", True)]
    assert report["summary"] == {"files": 1, "errors": 0, "warnings": 0, "infos": 0, "suppressed": 1}


def test_a_finding_of_an_overlay_names_its_environment(run):
    text = WARNS.replace("port: 25", "port: 587") + (
        "environments:\n  staging: {kind: production, configurations: [{name: Relay, port: 25}]}\n"
        "  production: {kind: production, instance: {name: Acme}}\n"
    )
    _, everything = run(text)
    assert [(finding["code"], finding["environment"]) for finding in everything["findings"]] == [("MS103", "staging")]
    assert run(text, "-E", "production")[1]["findings"] == []
    assert codes(run(text, "-E", "staging")[1]) == [("MS103", "warning", False)]


def test_variables_are_honoured_only_when_asked_for(run, monkeypatch):
    monkeypatch.setenv("HUB_SMTP_PORT", "not a port")
    text = WARNS.replace("port: 25", "port: 587") + "instance: {env_prefix: HUB_SMTP_}\n"
    assert run(text)[0] == 0
    code, report = run(text, "--with-env")
    assert (code, codes(report)) == (1, [("MS003", "error", False)])
    (finding,) = report["findings"]
    assert finding["location"] is None
    assert "HUB_SMTP_PORT is 'not a port'" in finding["message"]


def test_a_variable_that_holds_a_password_is_not_shown(run, monkeypatch):
    monkeypatch.setenv("HUB_SMTP_PASSWORD", "hunter2-in-the-environment")
    text = WARNS.replace("port: 25", "port: 587") + "instance: {env_prefix: HUB_SMTP_}\n"
    _, report = run(text, "--with-env")
    assert "hunter2-in-the-environment" not in json.dumps(report)
