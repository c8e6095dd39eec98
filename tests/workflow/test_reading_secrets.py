"""``--with-secrets``: presence, emptiness, shape and permissions, without a letter of a secret in the words."""

from __future__ import annotations

import os
from datetime import date

import pytest

from mailspec.workflow.options import CheckOptions
from mailspec.workflow.validate.validation import validate

TODAY = date(2026, 11, 21)
GMAIL = """\
version: 1
configurations:
  - name: A
    host: smtp.gmail.com
    from: noreply@acme.example
    auth: {{username: noreply@acme.example, password: {reference}}}
"""
APP_PASSWORD = "abcdefghijklmnop"
LOGIN_PASSWORD = "Tr0ub4dor&3"


def secrets(**options):
    found = validate((".",), options=CheckOptions(as_of=TODAY, with_secrets=True, **options)).findings
    return [(f.code, f.severity, f.message + " " + f.help) for f in found if f.code in {"MS203", "MS302", "MS303"}]


def reported(**options):
    return [(code, severity) for code, severity, _ in secrets(**options)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, [("MS302", "error")]),
        ("", [("MS302", "error")]),
        (APP_PASSWORD, []),
        ("abcd efgh ijkl mnop", []),
        (LOGIN_PASSWORD, [("MS203", "error")]),
    ],
)
def test_a_variable(put, monkeypatch, value, expected):
    put({"mailspec.yml": GMAIL.format(reference="{env: ACME_PASSWORD}")})
    monkeypatch.delenv("ACME_PASSWORD", raising=False)
    if value is not None:
        monkeypatch.setenv("ACME_PASSWORD", value)
    assert reported() == expected
    assert not value or value not in str(secrets())


def test_nothing_is_read_unless_asked_for(put, monkeypatch):
    put({"mailspec.yml": GMAIL.format(reference="{env: ACME_PASSWORD}")})
    monkeypatch.setattr(os, "environ", {})
    assert not {"MS302", "MS203"} & {f.code for f in validate((".",), options=CheckOptions(as_of=TODAY)).findings}


@pytest.mark.parametrize(
    ("mode", "content", "expected"),
    [
        (0o600, f"{APP_PASSWORD}\n", []),
        (0o640, APP_PASSWORD, []),
        (0o644, APP_PASSWORD, [("MS303", "error")]),
        (0o604, LOGIN_PASSWORD, [("MS203", "error"), ("MS303", "error")]),
        (0o600, "\n", [("MS302", "error")]),
        (0o600, "", [("MS302", "error")]),
        (0o600, "\ud800", [("MS302", "error")]),
    ],
)
def test_a_file(put, mode, content, expected):
    root = put(
        {
            "mailspec.yml": GMAIL.format(reference="{file: secrets/password}"),
            "secrets/password": content.encode("utf-8", "surrogatepass"),
        }
    )
    (root / "secrets/password").chmod(mode)
    assert sorted(reported()) == expected
    assert not content.strip() or content.strip() not in str(secrets())


def test_a_relative_path_starts_at_the_declaring_file(put):
    root = put(
        {
            "mailspec.yml": "version: 1\n",
            "configurations/a.yml": GMAIL.format(reference="{file: pw}").replace("version: 1\n", ""),
            "configurations/pw": APP_PASSWORD,
        }
    )
    (root / "configurations/pw").chmod(0o600)
    assert reported() == []
    (root / "configurations/pw").rename(root / "pw")
    assert reported() == [("MS302", "error")]


PEOPLE = """\
version: 1
configurations:
  - {name: A, host: smtp.gmail.com, from: noreply@acme.example}
general: {users: {mode: smtp, account: {password: {file: "secrets/{email}"}}}}
users: [{email: alice@acme.example}, {email: Bob@acme.example}, {email: carol@acme.example}]
"""


def test_a_pattern_is_read_for_each_person(put):
    root = put(
        {
            "mailspec.yml": PEOPLE,
            "secrets/alice@acme.example": APP_PASSWORD,
            "secrets/bob@acme.example": LOGIN_PASSWORD,
        }
    )
    for path in (root / "secrets").iterdir():
        path.chmod(0o600)
    found = secrets()
    assert sorted((code, severity) for code, severity, _ in found) == [("MS203", "error"), ("MS302", "error")]
    words = {code: message for code, _, message in found}
    assert "carol@acme.example" in words["MS302"]
    assert LOGIN_PASSWORD not in str(found)


def test_what_is_reported_carries_the_place_of_the_reference(put):
    put({"mailspec.yml": GMAIL.format(reference="{env: NOT_SET_ANYWHERE}")})
    (finding,) = [
        f for f in validate((".",), options=CheckOptions(as_of=TODAY, with_secrets=True)).findings if f.code == "MS302"
    ]
    assert str(finding.location) == "mailspec.yml:6:54"
    assert finding.path == "/configurations/0/auth/password"


def test_an_overlays_reference_is_read_too(put, monkeypatch):
    monkeypatch.setenv("ACME_PASSWORD", APP_PASSWORD)
    put(
        {
            "mailspec.yml": GMAIL.format(reference="{env: ACME_PASSWORD}"),
            "environments/prod.yml": "configurations: [{name: A, auth: {password: {env: NOT_SET_ANYWHERE}}}]\n",
        }
    )
    held = [
        f for f in validate((".",), options=CheckOptions(as_of=TODAY, with_secrets=True)).findings if f.code == "MS302"
    ]
    assert [(str(f.location), f.environment) for f in held] == [("environments/prod.yml:1:45", "prod")]


def test_a_device_does_not_block(put):
    put({"mailspec.yml": GMAIL.format(reference="{file: /dev/zero}")})
    assert reported() == [("MS302", "error")]
