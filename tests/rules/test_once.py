"""One fault is told once, however many people inherit it, and costs as much as for one."""

from __future__ import annotations

import pytest

from mailspec.resolve import environments
from mailspec.rules import connection, endpoint

PEOPLE = "".join(f"  - email: p{number}@acme.example\n" for number in range(1000))
PROJECT = """version: 1
configurations:
  - {name: Primary, state: active, host: mail.acme.example, auth: {username: a@acme.example, password: {env: A}}}
  - name: People
    state: inactive
    host: smtp.mail.me.com
    port: 2525
    security: none
    auth: {method: cram_md5}
    tls: {validate_certs: false}
general:
  users: {mode: smtp, configuration: People}
users:
"""


def test_a_thousand_people_one_report(check):
    report = check(PROJECT + PEOPLE).report
    codes = [finding.code for finding in report.findings]
    assert {code: codes.count(code) for code in ("MS102", "MS107", "MS108", "MS201", "MS204")} == {
        "MS102": 1,
        "MS107": 1,
        "MS108": 0,
        "MS201": 1,
        "MS204": 1,
    }
    assert len(codes) < 12


@pytest.mark.parametrize(("module", "name"), [(connection, "connection"), (endpoint, "judge_endpoint")])
def test_a_thousand_people_one_look(check, monkeypatch, module, name):
    looked = []
    original = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *args: looked.append(args) or original(*args))
    check(PROJECT + PEOPLE)
    assert len(looked) <= 3


def test_what_each_one_wrote_is_reported_for_each(check):
    own = "".join(
        f"  - {{email: p{number}@acme.example, account: {{port: 993, password: {{env: P{number}}}}}}}\n"
        for number in range(50)
    )
    report = check(PROJECT + own).report
    assert [finding.code for finding in report.findings].count("MS105") == 50


def test_unknown_names_by_the_thousand_take_no_time_for_guesses(check):
    members = ", ".join(f"q{number}@acme.example" for number in range(1000))
    report = check(f"version: 1\ngroups: [{{name: all, members: [{members}]}}]\nusers:\n{PEOPLE}").report
    unknown = [finding for finding in report.findings if finding.code == "MS006"]
    assert len(unknown) == 1000
    assert len([finding for finding in unknown if "Did you mean" in finding.help]) == 20


ENVIRONMENTS = "environments:\n" + "".join(f"  e{number}: {{kind: test}}\n" for number in range(100))


def test_environments_of_kinds_alone_one_look_at_every_account(check, monkeypatch):
    looked, production = [], []
    original, in_use = connection.connection, environments.accounts_in_use
    monkeypatch.setattr(connection, "connection", lambda *args: looked.append(args) or original(*args))
    monkeypatch.setattr(environments, "accounts_in_use", lambda *args: production.append(args) or in_use(*args))
    report = check(PROJECT + "  - {email: p@acme.example}\n" + ENVIRONMENTS).report
    # What each environment itself does wrong is still told of each: it signs in as the base does.
    assert {f.environment for f in report.findings if f.code == "MS804"} == {f"e{number}" for number in range(100)}
    assert len(looked) <= 4
    assert len(production) == 1


def test_an_environment_with_another_map_is_checked_in_whole(check):
    overlay = "environments:\n  staging: {kind: production, general: {users: {mode: smtp, configuration: Nobody}}}\n"
    base = "version: 1\ninstance: {name: A}\nusers: [{email: p@acme.example}]\n"
    found = [(f.code, f.message) for f in check(base + overlay).report.findings if f.environment == "staging"]
    assert any(code == "MS006" and "Nobody" in message for code, message in found), found
