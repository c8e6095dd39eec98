from __future__ import annotations

from mailspec.model.effective import Effective
from mailspec.outcome.effective import Value
from mailspec.render.seen_senders import seen_senders


def test_each_sender_is_shown_once(document):
    held = {seen.header: seen.objects for seen in seen_senders(document.settings)}
    assert held["Acme Hub <noreply@acme.example>"] == ("configuration:Primary",)
    assert held["Bob <bob@acme.example>"] == ("user:bob@acme.example",)
    assert "dave@acme.example" not in held


def test_on_behalf_says_who_and_where_answers_go(document):
    (seen,) = [seen for seen in seen_senders(document.settings) if seen.email == "ceo@acme.example"]
    assert (seen.sender, seen.bounces, seen.replies) == (
        "noreply@acme.example",
        "noreply@acme.example",
        "office@acme.example",
    )


def test_objects_that_look_alike_share_a_card():
    fields = {"from.email": Value("a@acme.example", "own"), "envelope_from": Value("a@acme.example", "own")}
    (seen,) = seen_senders([Effective("x", "mailing", fields), Effective("bulk", "bulk", dict(fields))])
    assert seen.objects == ("mailing:x", "bulk")
    assert seen.bounces == ""


def test_initial_is_a_letter_or_digit():
    def initial(name: str) -> str:
        fields = {"from.email": Value("@", "own"), "from.name": Value(name, "own")}
        return seen_senders([Effective("x", "mailing", fields)])[0].initial

    assert [initial("'alice'"), initial("…"), initial("ß")] == ["A", "?", "SS"]
