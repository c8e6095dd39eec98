"""How findings speak: whole sentences, a capital letter first and a full stop last; a name keeps its spelling."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CASES = sorted((Path(__file__).parent / "cases").glob("MS*/bad-*"))
# A quoted word, an address, a path, a dotted word of the language, YAML as it is written, an object by kind and name, a
# provider that spells itself so: never respelt.
_NAME = re.compile(r"['\"`(]|\S*[@_./=*]\S|[a-z_]+: \S|[a-z]+ '[^']+' |[a-z]+[A-Z]|mailspec ")
# A command or a value to type stands last, without a full stop that would be typed too.
_TYPED = re.compile(r": \S[^:]*$|^mailspec ")


def begins_well(text: str) -> bool:
    return not text[0].islower() or _NAME.match(text) is not None


def ends_well(text: str) -> bool:
    return text.rstrip("'\")").endswith((".", "?", "!")) or _TYPED.search(text) is not None


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_messages_and_help_are_sentences(case, check):
    for finding in check(case).report.findings:
        for text in filter(None, (finding.message, finding.help)):
            assert text == text.strip()
            assert begins_well(text), (finding.code, text)
            assert ends_well(text), (finding.code, text)
        for related in finding.related:
            # A label under a mark, or a sentence.
            assert related.message[0].islower() != related.message.endswith("."), (finding.code, related.message)
