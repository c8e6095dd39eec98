"""Each provider's case file against the judgements."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mailspec import providers

TODAY = date(2026, 11, 21)


def of(section: str) -> Any:
    """Mark a test as one for each item of a section of the case files; conftest.py reads the mark."""

    def mark(function: Any) -> Any:
        function.section = section
        return function

    return mark


def known(name: str) -> providers.Provider:
    provider = providers.by_id(name)
    assert provider is not None
    return provider


def judged(name: str, host: str, port: str, security: str) -> providers.Verdict:
    return providers.judge_endpoint(known(name), host, int(port), security)


def holds(verdict: providers.Verdict, expected: str) -> None:
    """A verdict of the expected kind, with a reason, a source, and an error only on the vendor's own word."""
    assert verdict.kind == expected
    if expected == "ok":
        return
    assert verdict.reason
    assert verdict.fact is not None
    assert (verdict.severity == "error") == (expected == "refused" and verdict.fact.confidence == "vendor")


@of("accepted")
def test_documented_pair(case):
    assert judged(*case).kind == "ok"


@of("refused")
def test_certain_failure(case):
    holds(judged(*case), "refused")


@of("odd")
def test_undocumented_pair(case):
    holds(judged(*case), "odd")


@of("usernames")
def test_username(case):
    name, expected, value = case
    verdict = providers.judge_username(known(name), value)
    holds(verdict, expected)
    if expected != "ok":
        assert verdict.help


@of("secrets")
def test_secret(case):
    name, expected, value = case
    verdict = providers.judge_secret(known(name), value, "plain")
    holds(verdict, expected)
    assert value not in f"{verdict.reason} {verdict.help}"
    assert providers.judge_secret(known(name), value, "xoauth2").kind == "unknown"


@of("methods")
def test_method(case):
    name, expected, method = case
    holds(providers.judge_method(known(name), method, TODAY), expected)


@of("senders")
def test_from(case):
    name, login, address, expected = case
    verdict = providers.judge_from(known(name), login, address)
    assert verdict.kind == expected
    assert (verdict.reason == "") == (expected == "ok")
    if expected in ("refused", "odd"):
        assert providers.judge_from(known(name), login, address, [address]).kind == "ok"


@of("limits")
def test_limit(case):
    name, limit, value, expected = case
    found = providers.judge_limits(known(name), {limit: int(value)})
    assert [kept for kept, _ in found] == ([] if expected == "ok" else [limit])
    for _, verdict in found:
        holds(verdict, expected)


@of("notices")
def test_notice(case):
    name, day, method, severity = case
    notices = providers.notices(known(name), date.fromisoformat(day), method)
    assert [notice.severity for notice in notices] == [severity]


@of("no_notices")
def test_no_notice(case):
    name, day, method = case
    assert providers.notices(known(name), date.fromisoformat(day), method) == []


@of("wrong_hosts")
def test_wrong_host(case):
    name, host, kind, *use = case
    wrong = providers.wrong_host(host.upper() + ".")
    assert wrong is not None
    assert (wrong.provider, wrong.kind, wrong.use) == (name, kind, use[0] if use else None)
    if use:
        assert providers.match_host(use[0]) == known(name)


def test_the_microsoft_date_changes_the_words():
    microsoft = known("microsoft365")
    before, after = (
        providers.notices(microsoft, date(2026, 12, day), "plain", "smtp.office365.com") for day in (30, 31)
    )
    assert "At the end of December 2026" in before[0].text
    assert "550 5.7.30" in after[0].text
    assert {notice.severity for notice in (*before, *after)} == {"warning"}


def test_outlook_took_passwords_before_its_date():
    outlook = known("outlook_com")
    assert providers.judge_method(outlook, "plain", date(2024, 9, 15)).kind == "ok"
    (notice,) = providers.notices(outlook, date(2024, 9, 15), "plain", "smtp-mail.outlook.com")
    assert (notice.severity, notice.date) == ("warning", "2024-09-16")
    assert providers.judge_method(outlook, "plain", date(2024, 9, 16)).severity == "error"


def test_a_deprecated_host_is_reported_only_where_it_is_used():
    hve = known("microsoft365_hve")
    assert providers.notices(hve, TODAY, "xoauth2", "smtp.hve.mx.microsoft") == []
    assert "deprecated" in providers.notices(hve, TODAY, "xoauth2", "smtp-hve.office365.com")[0].text


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("email-smtp.eu-west-1.amazonaws.com", None),
        ("email-smtp.us-gov-west-1.amazonaws.com", None),
        ("email-smtp-fips.us-east-1.amazonaws.com", None),
        ("email-smtp.af-south-1.amazonaws.com", "no SMTP endpoint"),
        ("email-smtp.eu-north-9.amazonaws.com", "not among those known"),
        ("email-smtp-fips.eu-west-1.amazonaws.com", "not among those known"),
        ("smtp.acme.example", None),
    ],
)
def test_region(host, words):
    note = providers.region_note(host)
    if words is None:
        assert note is None
    else:
        assert note is not None
        assert words in note.reason
        assert note.severity is None


def test_ses_tells_of_its_sandbox():
    assert any("sandbox" in note.reason for note in providers.notes(known("ses")))
