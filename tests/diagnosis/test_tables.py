"""The tables of words are whole: they compile, say only known words, and are all read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import mailspec.diagnosis
from mailspec.diagnosis.details import DETAILS
from mailspec.diagnosis.rule import Rule
from mailspec.diagnosis.tables import families, local_words, loose_words, server_words
from mailspec.providers.index import by_id

HERE = Path(mailspec.diagnosis.__file__).parent
ALL: list[Rule] = [
    *local_words(),
    *server_words(),
    *loose_words(),
    *(rule for family in families() for rule in family.rules),
]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.words[:40])
def test_a_rule_says_known_words(rule: Rule) -> None:
    re.compile(rule.words)
    assert rule.detail is None or rule.detail in DETAILS[rule.category]


def test_every_file_is_read() -> None:
    rules = sum(path.read_text("utf-8").count("[[rules]]") for path in HERE.rglob("*.toml"))
    assert rules == len(ALL)


def test_a_family_s_marks_are_its_own() -> None:
    for family in families():
        others = [other for other in families() if other is not family]
        assert not any(set(family.providers) & set(other.providers) for other in others)


@pytest.mark.parametrize("name", [name for family in families() for name in family.providers])
def test_a_family_s_providers_are_known_ones(name: str) -> None:
    assert by_id(name) is not None


@pytest.mark.parametrize("family", families(), ids=lambda family: family.providers[0])
def test_a_family_is_found_by_its_provider(family) -> None:  # type: ignore[no-untyped-def]
    assert family.serves(family.providers[0], None)
    assert not family.serves("nobody", "mail.acme.example")


def test_phrases_count_only_where_nobody_knows_who_spoke() -> None:
    ses = next(family for family in families() if "ses" in family.providers)
    line = "554 SignatureDoesNotMatch"
    assert ses.speaks(line)
    assert not ses.speaks(line, known=True)
    assert ses.speaks("554 amazonses.com says no", known=True)


def test_a_mailbox_at_a_provider_is_no_mark() -> None:
    line = "550 5.1.1 <bob@hotmail.com>, <ann@zoho.com>, ahmed@icloud.com: no such user"
    assert not [family.providers for family in families() if family.speaks(line)]
