from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mailspec.text import invisible, read
from mailspec.text.edit_data import scalar
from mailspec.workflow.people.people_yaml import people_yaml

STYLE = """\
# Imported from people.csv.
users:
  - email: alice@acme.example
    name: Alice Martin
  - email: bob@acme.example
    name: "Weber, Bob"
    account:
      port: 587
      password: {keyring: "acme/{email}"}
    outlook: {accounts: [billing@acme.example, "*@news.acme.example"]}
"""


def test_people_are_written_as_a_colleague_would():
    people = [
        {"email": "alice@acme.example", "name": "Alice Martin"},
        {
            "email": "bob@acme.example",
            "name": "Weber, Bob",
            "account": {"port": 587, "password": {"keyring": "acme/{email}"}},
            "outlook": {"accounts": ["billing@acme.example", "*@news.acme.example"]},
        },
    ]
    assert people_yaml(people, "people.csv") == STYLE


@settings(deadline=None)
@given(st.text(min_size=1))
def test_any_text_reads_back_as_it_was(text):
    data = {"email": text, "account": {"password": {"file": text}}}
    made = people_yaml([data], text)
    document = read("x.yml", made.encode("utf-8", "surrogatepass"))
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return
    assert document.problems == []
    assert document.data == {"users": [data]}
    assert invisible(made.split("\n", 1)[1]) == []


def test_words_that_mean_something_else_are_quoted():
    for word in (
        "true",
        "No",
        "null",
        "0123",
        "1e3",
        "~",
        "- x",
        "a: b",
        "a #b",
        "@x",
        " x",
        "x ",
        "2026-01-01",
        "!x",
        "{a",
    ):
        assert scalar(word).startswith('"'), word
    for word in ("Alice", "Zoë Müller", "alice@acme.example", "smtp.acme.example", "a/b-c_d+e"):
        assert scalar(word) == word
