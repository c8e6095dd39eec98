"""Three public lists of outgoing servers: each setting passes, or its finding is explained in a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from mailspec.outcome.finding import Finding
from mailspec.workflow.validate.validation import validate
from mailspec.workflow.workspace import CheckOptions

HERE = Path(__file__).parent
METHODS = {"password-encrypted": "cram_md5", "OAuth2": "xoauth2"}
FIRST_LINE = 3


class Setting(NamedTuple):
    source: str
    domain: str
    host: str
    port: str
    security: str
    username: str
    methods: str


def rows(name: str) -> Iterator[list[str]]:
    for line in (HERE / name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


SETTINGS = [Setting(*row) for row in rows("public_settings.tsv")]
EXPLAINED = list(rows("public_settings_explained.tsv"))


def configuration(number: int, setting: Setting) -> str:
    # nodemailer names services, not domains.
    domain = setting.domain if "." in setting.domain and "*" not in setting.domain else "acme.example"
    username = {"A": f"ann@{domain}", "L": "ann", "-": ""}.get(setting.username, f"ann.{domain}")
    methods = setting.methods.split(",")
    auth = [f"username: {json.dumps(username)}"] if username else []
    auth.append("password: {env: X}")
    if "password-cleartext" not in methods and methods[0] in METHODS:
        auth.append(f"method: {METHODS[methods[0]]}")
    state = "active" if number == 0 else "inactive"
    host = "" if setting.host == "-" else setting.host
    security = "" if setting.security == "-" else f", security: {setting.security}"
    return (
        f"  - {{name: S{number}, state: {state}, host: {json.dumps(host)}, port: {setting.port}{security}, "
        f"auth: {{{', '.join(auth)}}}, from: ann@{domain}}}"
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Setting, Finding]]:
    folder = tmp_path_factory.mktemp("public")
    lines = [configuration(number, setting) for number, setting in enumerate(SETTINGS)]
    (folder / "mailspec.yml").write_text("version: 1\nconfigurations:\n" + "\n".join(lines) + "\n", "utf-8")
    report = validate((str(folder),), options=CheckOptions(as_of=date(2026, 11, 28)))
    return [(SETTINGS[one.location.line - FIRST_LINE], one) for one in report.findings if one.location is not None]


def explains(row: list[str], setting: Setting, finding: Finding) -> bool:
    return row[:2] == [finding.code, finding.severity] and row[2:7] == list(setting[:5])


def test_there_are_all_settings() -> None:
    assert len(SETTINGS) == 633


def test_every_finding_is_explained(found: list[tuple[Setting, Finding]]) -> None:
    alarms = [
        (finding.code, finding.severity, setting.source, setting.host, finding.message)
        for setting, finding in found
        # That senders must be verified first is no alarm.
        if (finding.code, finding.severity) != ("MS206", "info")
        and not any(explains(row, setting, finding) for row in EXPLAINED)
    ]
    assert alarms == []


def test_every_explanation_is_needed(found: list[tuple[Setting, Finding]]) -> None:
    unused = [row for row in EXPLAINED if not any(explains(row, setting, finding) for setting, finding in found)]
    assert unused == []


def test_most_settings_pass(found: list[tuple[Setting, Finding]]) -> None:
    errors = {id(setting) for setting, finding in found if finding.severity == "error"}
    assert len(errors) <= 55
