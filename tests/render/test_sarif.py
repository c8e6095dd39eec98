"""SARIF read by its schema, by Microsoft's validator with GitHub's rules, and by a small reader of ranges and fixes."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from mailspec.outcome.finding import Edit, Fix
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.render.document import Document
from mailspec.render.sarif import message, render
from mailspec.render.view import Options


def log(document: Document) -> Any:
    return json.loads(render(document, Options()))


def results(document: Document) -> list[Any]:
    return list(log(document)["runs"][0]["results"])


def taken(text: str, region: dict[str, int]) -> str:
    """Read a region of one line as SARIF defines it: from 1, in code points, the end exclusive."""
    assert region["startLine"] == region["endLine"]
    return text.split("\n")[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1]


@pytest.mark.service("formats")
def test_schema_accepts_it(document, empty, sarif_schema):
    for held in (document, empty):
        jsonschema.Draft202012Validator(sarif_schema).validate(log(held))


@pytest.mark.service("formats")
def test_schema_would_refuse_a_wrong_one(document, sarif_schema):
    held = log(document)
    held["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(sarif_schema).validate(held)


@pytest.mark.service("formats")
def test_validator_with_the_rules_of_code_scanning_finds_nothing(document, empty, sarif_validator):
    assert sarif_validator(render(document, Options())) == []
    assert sarif_validator(render(empty, Options())) == []


@pytest.mark.service("formats")
def test_validator_would_find_something(document, sarif_validator):
    held = log(document)
    del held["runs"][0]["results"][0]["locations"]
    assert sarif_validator(json.dumps(held))


def test_every_rule_has_help_and_a_page(document):
    rules = log(document)["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({finding.code for finding in document.findings})
    for rule in rules:
        assert rule["helpUri"].endswith(f"/{rule['id']}/")
        assert "mailspec explain" in rule["help"]["markdown"]


def test_a_page_that_is_handed_over_becomes_the_help(document):
    held = log(document.replace(pages={"MS101": "# MS101\n\nWhy."}))
    rule = next(r for r in held["runs"][0]["tool"]["driver"]["rules"] if r["id"] == "MS101")
    assert rule["help"]["markdown"] == "# MS101\n\nWhy."


def test_results_point_to_their_rules(document):
    rules = log(document)["runs"][0]["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in results(document))


def test_regions_hold_the_text_that_is_meant(document):
    (weak,) = [result for result in results(document) if result["ruleId"] == "MS107"]
    place = weak["locations"][0]["physicalLocation"]
    assert taken(document.texts["mailspec.yml"], place["region"]) == "cram_md5"
    assert place["artifactLocation"] == {"uri": "mailspec.yml", "uriBaseId": "%SRCROOT%"}


def test_columns_count_code_points(document):
    assert log(document)["runs"][0]["columnKind"] == "unicodeCodePoints"
    (beyond,) = [result for result in results(document) if result["ruleId"] == "MS102"]
    # Before it stands U+1F4EC: one code point, two UTF-16 units, four bytes.
    assert taken(document.texts["mailspec.yml"], beyond["locations"][0]["physicalLocation"]["region"]) == "unencrypted"


def test_fix_fixes_the_file(document):
    (wrong,) = [result for result in results(document) if result["ruleId"] == "MS101"]
    (change,) = wrong["fixes"][0]["artifactChanges"]
    (edit,) = change["replacements"]
    assert taken(document.texts["mailspec.yml"], edit["deletedRegion"]) == "465"
    assert edit["insertedContent"]["text"] == "587"


def test_edits_of_one_fix_are_grouped_by_file(document):
    places = [Location(name, 1, 1, 1, 2) for name in ("a.yml", "b.yml", "a.yml")]
    fix = Fix("unsafe", "Rename it.", tuple(Edit(place, "x") for place in places))
    held = finding("MS006", "Unknown.", places[0], fix=fix)
    (changes,) = [result["fixes"][0]["artifactChanges"] for result in results(document.replace(findings=(held,)))]
    assert [(c["artifactLocation"]["uri"], len(c["replacements"])) for c in changes] == [("a.yml", 2), ("b.yml", 1)]


def test_related_places_are_there(document):
    related = results(document)[0]["relatedLocations"]
    assert [entry["message"]["text"] for entry in related] == ["The security is here."]
    assert taken(document.texts["mailspec.yml"], related[0]["physicalLocation"]["region"]) == "starttls"


def test_suppression_says_why(document):
    held = {result["ruleId"]: result.get("suppressions", []) for result in results(document)}
    assert held["MS102"] == [{"kind": "inSource", "status": "accepted", "justification": "lab network, see ticket 7"}]
    assert [code for code, found in held.items() if found] == ["MS102"]


def test_no_place_becomes_the_root_file(document):
    (nowhere,) = [result for result in results(document) if result["ruleId"] == "MS403"]
    assert nowhere["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "mailspec.yml"


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("a b.yml", "a%20b.yml"),
        ("users/münchen.yml", "users/m%C3%BCnchen.yml"),
        ("50%.yml", "50%25.yml"),
        ("a#b?c.yml", "a%23b%3Fc.yml"),
        ("c:d.yml", "c%3Ad.yml"),
        ("bad\udcff.yml", "bad%FF.yml"),
    ],
)
def test_file_names_are_relative_uris(document, name, uri):
    held = finding("MS101", "Wrong.", Location(name, 1, 1, 1, 2))
    (result,) = results(document.replace(findings=(held,)))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_absolute_names_are_file_uris(document):
    held = finding("MS101", "Wrong.", Location("/etc/a b.yml", 1, 1, 1, 2))
    (result,) = results(document.replace(findings=(held,)))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///etc/a%20b.yml"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see [here](https://x.example)", r"see \[here\](https://x.example)"),
        ("ignore[MS103] it", "ignore[MS103] it"),
        ("{0} and {env: A}", "{{0}} and {env: A}"),
        ("\x1b[31m", r"\x1b[31m"),
    ],
)
def test_messages_hold_no_links_and_no_placeholders(text, shown):
    assert message(text) == {"text": shown}
