"""Tables that fit a terminal."""

from __future__ import annotations

from mailspec.render.listing import providers, rules, wrapped

RULE = {"code": "MS101", "name": "some-name", "severity": "error", "fixable": True, "family": "connection"}
PROVIDER = {"id": "acme", "name": "Acme Mail", "preset": {"host": "smtp.acme.example", "port": 465, "security": "tls"}}


def test_rules_stand_below_their_family():
    held = [{**RULE, "summary": "Short."}, {**RULE, "code": "MS201", "family": "provider", "summary": "Short too."}]
    assert rules(held).split("\n") == [
        "connection",
        "  MS101  some-name  error    fix  Short.",
        "",
        "provider",
        "  MS201  some-name  error    fix  Short too.",
    ]


def test_a_rule_in_preview_says_so():
    assert "Preview, a note for now: Short." in rules([{**RULE, "preview": True, "summary": "Short."}], width=100)


def test_long_meanings_go_on_below():
    (_, first, *more) = rules([{**RULE, "summary": "word " * 30}], width=70).split("\n")
    assert len(first) <= 70
    assert more
    assert {len(line) - len(line.lstrip()) for line in more} == {first.index("word")}


def test_the_server_is_left_out_where_there_is_no_room():
    assert providers([PROVIDER], width=80) == "acme  Acme Mail  smtp.acme.example:465 tls"
    assert providers([PROVIDER], width=40) == "acme  Acme Mail"
    assert providers([{**PROVIDER, "preset": None}]) == "acme  Acme Mail"


def test_the_end_of_a_fact_stays_in_one_piece():
    lines = list(wrapped("a word and one more", 22, "  ", "[2, secondary]"))
    assert lines == ["  a word and one more", "  [2, secondary]"]
