"""The HTML report in a real Chromium: nobody is kept out, nothing overflows, nothing is fetched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailspec.render.html import render
from mailspec.render.view import Options

pytestmark = [pytest.mark.service("chromium"), pytest.mark.service("formats"), pytest.mark.xdist_group("chromium")]

SIZES = {"phone": (360, 740), "wide": (1280, 900), "very-wide": (2560, 1200)}


@pytest.fixture
def report(document, tmp_path) -> Path:
    path = tmp_path / "report.html"
    path.write_text(render(document, Options()), encoding="utf-8")
    return path


@pytest.fixture(params=[(size, scheme) for size in SIZES for scheme in ("light", "dark")], ids="-".join)
def page(request: pytest.FixtureRequest, chromium: Any, report: Path) -> Iterator[Any]:
    size, scheme = request.param
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    # Axe is injected as a script, which the page's own policy forbids, as it should.
    context.close()
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True)
    opened = context.new_page()
    opened.goto(report.as_uri())
    yield opened
    folder = os.environ.get("MAILSPEC_SCREENSHOTS")
    if folder:
        opened.screenshot(path=Path(folder) / f"report-{size}-{scheme}.png", full_page=True)
    context.close()


def test_axe_finds_no_violation(page, axe_source):
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(axe_source)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations', 'incomplete']})")
    assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found["violations"]] == []
    unsure = [rule["id"] for rule in found["incomplete"] if rule["impact"] in {"serious", "critical"}]
    assert unsure in ([], ["color-contrast"])


def test_nothing_is_wider_than_the_window(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_text_keeps_its_contrast_in_both_schemes(page):
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    brightness = sum(int(part) for part in background[4:-1].split(",")) / 3
    assert (brightness < 60) == dark


def test_the_policy_lets_the_style_in_and_keeps_everything_else_out(chromium, report):
    context = chromium.new_context()
    opened, asked, logged = context.new_page(), [], []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: logged.append(message.text))
    opened.goto(report.as_uri())
    assert opened.evaluate("getComputedStyle(document.querySelector('.card')).borderLeftWidth") == "4px"
    assert (asked, logged) == ([report.as_uri()], [])
    opened.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
    assert opened.evaluate("window.ran === undefined")
    context.close()


def test_the_keyboard_reaches_the_report_first_and_everything_after(chromium, report):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.goto(report.as_uri())
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.textContent") == "Skip to the report"
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "main"
    reached = set()
    for _ in range(60):
        opened.keyboard.press("Tab")
        reached.add(opened.evaluate("document.activeElement.tagName"))
    assert {"SUMMARY", "DIV"} <= reached
    context.close()


def test_print_opens_what_is_folded(chromium, report):
    context = chromium.new_context()
    opened = context.new_page()
    opened.goto(report.as_uri())
    opened.emulate_media(media="print")
    assert opened.evaluate("document.querySelector('nav').checkVisibility()") is False
    hidden = (
        "[...document.querySelectorAll('details table')].filter(one => one.getBoundingClientRect().height === 0).length"
    )
    assert opened.evaluate(hidden) == 0
    context.close()
