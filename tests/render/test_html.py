"""The HTML report as a parser sees it: complete, self-contained, in order."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from lxml import html as lxml_html

from mailspec.render.document import Document
from mailspec.render.documents import of_plan, of_settings
from mailspec.render.html import render
from mailspec.render.view import Options

LOADING = {"src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "manifest"}


def page(document: Document) -> Any:
    return lxml_html.document_fromstring(render(document, Options()))


def texts(root: Any, path: str) -> list[str]:
    return [" ".join(" ".join(found.itertext()).split()) for found in root.xpath(path)]


def test_every_part_is_a_section_with_a_link(document):
    root = page(document)
    sections = root.xpath("//main/section/@id")
    assert sections == [
        "queue", "dead", "effects", "changes", "findings", "tests", "routes", "senders", "settings", "history", "notes"
    ]  # fmt: skip
    assert root.xpath("//nav//a/@href") == [f"#{name}" for name in sections]


def test_ids_are_unique_and_every_link_leads_somewhere(document):
    root = page(document)
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in root.xpath("//a/@href")} <= set(ids)
    assert {name for names in root.xpath("//@aria-labelledby") for name in names.split()} <= set(ids)


def test_nothing_is_loaded_and_nothing_runs(document):
    root = page(document)
    assert not root.xpath("//script | //link | //img | //iframe | //object | //embed | //form | //base")
    for element in root.iter():
        assert not LOADING & set(element.attrib)
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"]
    style = root.xpath("string(//style)")
    assert not re.search(r"url\(|@import|expression", style)


def test_the_policy_allows_only_this_style(document):
    text = render(document, Options())
    (policy,) = page(document).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    style = text.split("<style>", 1)[1].split("</style>", 1)[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_headings_go_down_one_step_at_a_time(document):
    levels = [int(found.tag[1]) for found in page(document).xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_findings_stand_in_their_frames(document):
    root = page(document)
    first = root.get_element_by_id("finding-1").getparent()
    assert texts(first, ".//mark") == ["465", "starttls"]
    assert texts(first, ".//h3") == ["error MS101 port-security-mismatch"]
    assert "mailspec validate --fix" in texts(first, ".//code")
    assert [h.split()[1] for h in texts(root, "//section[@id='findings']/article/h3")] == [
        "MS101",
        "MS403",
        "MS107",
        "MS208",
    ]


def test_suppressed_findings_are_folded_away(document):
    root = page(document)
    assert texts(root, "//section[@id='findings']/details/summary") == ["1 suppressed finding"]
    assert "MS102" in texts(root, "//section[@id='findings']/details//h3")[0]


def test_recipients_view_names_everybody(document):
    cards = texts(page(document), "//section[@id='senders']//li")
    assert any("sent by noreply@acme.example on behalf of ceo@acme.example" in card for card in cards)
    assert any("Bob <bob@acme.example>" in card for card in cards)


def test_settings_tell_where_each_value_comes_from(document):
    rows = texts(page(document), "//section[@id='settings']/details[1]//tbody/tr")
    assert rows[0] == "auth.password {env: ACME} environment"
    assert "host mail.acme.example own mailspec.yml:5" in rows


def test_changes_show_both_sides_and_no_secret(document):
    rows = texts(page(document), "//section[@id='changes']//tbody/tr")
    assert rows == [
        "host old.acme.example (nothing)",
        "port 465 587",
        "SMTP_PASSWORD ******** ********, with another secret behind it",
    ]


def test_the_picture_says_the_same_as_the_list(document):
    root = page(document)
    shown = set(texts(root, "//section[@id='routes']//*[local-name()='g']/*[local-name()='title']"))
    listed = texts(root, "//ul[@class='routes']//li")
    assert all(any(label in line for line in listed) for label in shown)


def test_what_was_not_asked_is_not_there(empty):
    assert page(empty).xpath("//main/section/@id") == ["findings"]
    assert "No findings." in texts(page(empty), "//main//p")


def test_an_empty_plan_says_no_changes(document):
    from mailspec.outcome.plan import Basis, Plan

    root = page(of_plan(Plan((), Basis("l", 1, "s", None, "v", {}), "")))
    assert "No changes." in texts(root, "//section[@id='changes']//p")


@pytest.mark.parametrize("number", [24, 25, 500])
def test_long_lists_fold(document, number):
    from mailspec.model.effective import Effective
    from mailspec.outcome.effective import Value

    people = [
        Effective(
            f"u{n}@acme.example", "user", {"mode": Value("smtp", "own"), "from.email": Value(f"u{n}@a.example", "own")}
        )
        for n in range(number)
    ]
    root = page(of_settings(people))
    assert len(root.xpath("//section[@id='senders']/ul/li")) == 24
    assert len(root.xpath("//section[@id='senders']//li")) == number
    assert len(root.xpath("//section[@id='senders']/details")) == (number > 24)
