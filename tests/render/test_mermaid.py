"""Charts drawn by the real Mermaid in a real browser: every label is text, whatever it holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mailspec.render.document import Effect
from mailspec.render.mermaid import effects_chart, flowchart
from mailspec.render.routes import Route, Sender, routes

pytestmark = [pytest.mark.service("chromium"), pytest.mark.service("formats"), pytest.mark.xdist_group("chromium")]

LABELS = [
    "plain",
    "end",
    "<img src=x onerror=alert(1)>",
    '"] --> x["y',
    "a; click x call alert()",
    "%%{init: {}}%%",
    "`md` **b**",
    "#35; &amp; #quot;",
    "郵便 ü",
    "{{x}} $$y$$ \\n",
]
# Strict, as sites set it: nothing can be clicked.
DRAW = """async chart => {
  mermaid.initialize({startOnLoad: false, securityLevel: 'strict'});
  const {svg} = await mermaid.render('chart', chart);
  document.body.innerHTML = svg;
  return [...document.querySelectorAll('.nodeLabel')].map(one => one.textContent.trim());
}"""


@pytest.fixture(scope="module")
def draw(chromium: Any, mermaid_source: str) -> Iterator[Any]:
    page = chromium.new_page()
    page.add_script_tag(content=mermaid_source)
    yield lambda chart: page.evaluate(DRAW, chart)
    page.close()


def words(text: str) -> str:
    """Mermaid breaks long labels into lines; blanks do not count."""
    return "".join(text.split())


@pytest.mark.parametrize("label", LABELS)
def test_labels_are_shown_as_they_are(draw, label):
    chart = flowchart([Route(label, "", "open", (Sender(label, "user", (label,)),))])
    assert {words(shown) for shown in draw(chart)} == {words(label)}
    chart = effects_chart([Effect(label, (label,))])
    assert {words(shown) for shown in draw(chart)} == {words(label)}


def test_the_whole_picture_is_drawn(draw, document):
    held = routes(document.settings, document.active)
    shown = {words(label) for label in draw(flowchart(held))}
    assert {words(sender.label) for route in held for sender in route.senders} <= shown


def test_a_broken_chart_would_be_seen(draw):
    with pytest.raises(Exception, match="Lexical error"):
        draw('flowchart LR\n  a["x"] --> ]')
