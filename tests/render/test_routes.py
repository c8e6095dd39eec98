"""Who sends through what, as a list, as a picture and as a Mermaid chart."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mailspec.model.effective import Effective
from mailspec.outcome.effective import Value
from mailspec.render.document import Effect
from mailspec.render.mermaid import effects_chart, flowchart
from mailspec.render.picture import BOX_HEIGHT, BOX_WIDTH, cut, lay_out
from mailspec.render.routes import Route, Sender, routes

LINE = re.compile(
    r"flowchart LR"
    r'|  (?P<node>[se]\d+)\["(?P<text>[^"]*)"\]'
    r"|  style [se]\d+ [\w:#,-]+"
    r'|  (?:[pe]\d+\(\["[^"]*"\]\) --> s\d+|e\d+ --> t\d+\(\["[^"]*"\]\))'
)


def test_senders_are_grouped_by_server(document):
    held = {route.server: [sender.label for sender in route.senders] for route in routes(document.settings, "Primary")}
    assert held == {
        "mail.acme.example:587": ["Primary (active)", "6 people", "parcels"],
        "smtp.bob.example:587": ["bob@acme.example"],
        "each sender's Outlook profile": ["dave@acme.example"],
        "nowhere: not configured": ["bulk account"],
    }


def test_many_keep_their_names(document):
    (people,) = [s for route in routes(document.settings) for s in route.senders if s.label == "6 people"]
    assert people.names[0] == "p0@acme.example"
    assert len(people.names) == 6


def test_what_is_not_encrypted_says_so(document):
    held = {route.server: (route.how, route.safety) for route in routes(document.settings)}
    assert held["smtp.bob.example:587"] == ("not encrypted", "open")
    assert held["mail.acme.example:587"] == ("STARTTLS", "encrypted")


def test_groups_send_nothing_themselves():
    assert routes([Effective("accounting", "group", {"host": Value("x.example", "own")})]) == ()


def test_boxes_do_not_overlap(document):
    picture = lay_out(routes(document.settings))
    for column in {box.x for box in picture.boxes}:
        tops = sorted(box.y for box in picture.boxes if box.x == column)
        assert all(below - above >= BOX_HEIGHT for above, below in pairwise(tops))
    assert all(box.x + BOX_WIDTH <= picture.width and box.y + BOX_HEIGHT <= picture.height for box in picture.boxes)


def test_there_is_a_line_for_each_sender(document):
    held = routes(document.settings)
    assert len(lay_out(held).lines) == sum(len(route.senders) for route in held)


def test_nothing_takes_no_room():
    assert lay_out([]).height == 0
    assert flowchart([]) == ""


def test_labels_are_cut_to_their_box():
    assert cut("a" * 80).endswith("…")
    assert len(cut("郵" * 80)) < len(cut("a" * 80))
    assert cut("short") == "short"


def test_chart_is_only_charts_own_lines(document):
    held = flowchart(routes(document.settings))
    assert all(LINE.fullmatch(line) for line in held.splitlines())
    assert "not encrypted" in held


@given(st.text())
def test_no_text_leaves_its_label(text):
    chart = flowchart([Route(text, text, "unknown", (Sender(text, "user", (text,)),))])
    chart += "\n" + effects_chart([Effect(text, (text,), destructive=True)])
    assert all(LINE.fullmatch(line) for line in chart.split("\n"))
    assert "`" not in chart
