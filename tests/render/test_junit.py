"""JUnit XML, held to the XSD that Jenkins' plugin publishes."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from mailspec.outcome import mail
from mailspec.render.document import Document
from mailspec.render.documents import of_tests
from mailspec.render.junit import render, text
from mailspec.render.view import Options


def tree(document: Document, *, strict: bool = False) -> Any:
    return etree.fromstring(render(document, Options(strict=strict)).encode())


def outcome(case: Any) -> str:
    return next((child.tag for child in case if child.tag in {"failure", "skipped"}), "passed")


@pytest.mark.service("formats")
def test_schema_accepts_it(document, empty, junit_schema):
    for held in (document, empty, of_tests([])):
        junit_schema.assertValid(tree(held))


@pytest.mark.service("formats")
def test_schema_would_refuse_a_wrong_one(document, junit_schema):
    held = tree(document)
    del held.find(".//testcase").attrib["name"]
    assert not junit_schema.validate(held)


def test_errors_fail_and_the_rest_says_what_it_is(document):
    cases = tree(document).findall("testsuite[@name='mailspec.findings']/testcase")
    held = {case.get("name").split()[0]: outcome(case) for case in cases}
    assert held == {"MS101": "failure", "MS107": "passed", "MS102": "skipped", "MS403": "failure", "MS208": "passed"}


def test_strict_makes_warnings_fail(document):
    cases = tree(document, strict=True).findall(".//testcase[failure]")
    assert any(case.get("name").startswith("MS107") for case in cases)


def test_counts_are_those_of_the_cases(document):
    root = tree(document)
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests")) == len(cases)
        assert int(suite.get("failures")) == [outcome(case) for case in cases].count("failure")
        assert int(suite.get("skipped")) == [outcome(case) for case in cases].count("skipped")
    assert int(root.get("failures")) == sum(int(suite.get("failures")) for suite in root)


def test_tests_carry_their_seconds_and_the_servers_words(document):
    case = tree(document).find("testsuite[@name='mailspec.tests']/testcase[failure]")
    assert case.get("time") == "0.250"
    assert case.find("failure").get("type") == "auth_failed"
    assert "535 5.7.8 authentication failed" in case.find("failure").text


def test_a_clean_run_is_one_case_that_passed(empty):
    (case,) = tree(empty).findall(".//testcase")
    assert outcome(case) == "passed"


def test_no_tests_is_an_empty_suite():
    assert tree(of_tests([])).find("testsuite").get("tests") == "0"


@pytest.mark.parametrize("bad", ["\x00", "\x1b[31m", "\x0b", "\ufffe", "\uffff", "\ud800", "\x9f", "]]>", "\u202e"])
def test_what_xml_cannot_hold_is_written_otherwise(bad):
    held = of_tests([mail.TestResult(f"a{bad}b", "user", "failed", f"x{bad}", server_reply=bad)])
    assert tree(held).find(".//testcase").get("name").startswith("a")
    assert len(text(f"a{bad}b")) >= 3
