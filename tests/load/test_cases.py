"""All that is wrong with files as such, each in one case: every finding and nothing more, to the column.

A case says of a finding what matters: ``at`` and ``code`` always, the rest where it is the point. ``message`` and
``help`` may be parts.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

CASES = sorted((Path(__file__).parent / "cases").glob("*.yml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_findings(path: Path, loaded, as_dicts) -> None:
    case = YAML(typ="safe").load(path)
    found = as_dicts(loaded(case["files"]))
    wanted = case["findings"] or []
    assert [(f.get("at"), f["code"], f.get("environment")) for f in found] == [
        (f.get("at"), f["code"], f.get("environment")) for f in wanted
    ]
    for held, expected in zip(found, wanted, strict=True):
        for word in ("message", "help"):
            assert expected.get(word, "") in held.get(word, ""), held
        for word in ("path", "fix", "related"):
            if word in expected:
                assert held.get(word) == expected[word], held


def test_there_are_cases() -> None:
    assert len(CASES) >= 25
