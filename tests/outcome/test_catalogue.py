"""The catalogue holds each code once, and what the rules report is in it."""

from __future__ import annotations

import re

from mailspec.outcome.catalogue import CATALOGUE, FAMILIES, NEVER_SUPPRESSED
from mailspec.outcome.finding import SEVERITIES
from mailspec.outcome.report import finding
from mailspec.rules import CHECKS

# Codes and names that were published; none is ever taken away or given another meaning.
PUBLISHED = """
MS001 yaml-syntax, MS002 duplicate-key, MS003 schema, MS004 unknown-key, MS005 declared-twice, MS006 unknown-reference,
MS007 suppression-unused, MS008 invisible-character, MS009 mixed-script-domain, MS101 port-security-mismatch,
MS102 unencrypted, MS103 submission-on-port-25, MS104 unusual-port, MS105 bad-host, MS106 clear-text-sign-in,
MS107 weak-method, MS108 certificate-checks-off, MS109 target-leaves-tls, MS201 not-offered, MS202 username-form,
MS203 secret-shape, MS204 method-not-offered, MS205 being-retired, MS206 from-not-permitted, MS207 limit-exceeded,
MS208 provider-note, MS301 secret-in-file, MS302 secret-missing, MS303 secret-file-readable, MS304 secret-shared,
MS401 not-in-the-cloud, MS402 two-active, MS403 none-active, MS404 retired-mode, MS405 incomplete,
MS501 send-as-not-permitted, MS502 bulk-account-missing, MS503 outlook-profiles, MS504 standard-mail, MS801 policy-tls,
MS802 policy-sender-domain, MS803 policy-recipient
"""


def test_no_published_code_is_gone():
    for line in PUBLISHED.replace("\n", " ").split(","):
        code, name = line.split()
        assert CATALOGUE[code].name == name


def test_entries_are_well_formed_and_in_order():
    assert list(CATALOGUE) == sorted(CATALOGUE)
    assert len({entry.name for entry in CATALOGUE.values()}) == len(CATALOGUE)
    for code, entry in CATALOGUE.items():
        assert entry.code == code
        assert re.fullmatch(r"MS\d{3}", code)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.name)
        assert entry.severity in SEVERITIES
        assert entry.summary.endswith(".")
        assert code[:3] in FAMILIES


def test_what_would_hide_everything_behind_it_cannot_be_silenced():
    unreadable = {f"MS00{digit}" for digit in range(1, 8)}
    assert unreadable | {"MS301"} == NEVER_SUPPRESSED


def test_every_rule_reports_codes_of_the_catalogue():
    assert {code for check in CHECKS for code in check.codes} <= set(CATALOGUE)


def test_a_finding_takes_name_and_severity_from_its_entry():
    made = finding("MS103", "words", None)
    assert (made.name, made.severity) == ("submission-on-port-25", "warning")
    assert finding("MS103", "words", None, severity="info").severity == "info"
