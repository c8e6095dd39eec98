"""What is wrong thousands of times in one way is told so often that it is understood, and then counted."""

from __future__ import annotations

from datetime import date

import pytest

from mailspec.workflow.options import CheckOptions
from mailspec.workflow.workspace import open_workspace


@pytest.fixture
def findings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def findings(state: str, number: int) -> list[tuple[str, str]]:
        items = "".join(f"  - {{name: c{n}{state}, host: h, from: a@acme.example}}\n" for n in range(number))
        (tmp_path / "mailspec.yml").write_text(f"version: 1\ninstance: {{name: A}}\nconfigurations:\n{items}")
        held = open_workspace(options=CheckOptions(as_of=date(2026, 11, 21))).report
        return [(f.code, f.message) for f in held.findings if f.code in {"MS402", "MS403"}]

    return findings


def test_of_many_active_configurations_the_first_are_named(findings) -> None:
    held = findings(", state: active", 250)
    assert len(held) == 101
    assert ("MS402", "149 more configurations are active; only one can be.") in held
    assert len(findings(", state: active", 101)) == 100


def test_of_many_that_could_be_meant_the_first_are_named(findings) -> None:
    ((code, message),) = findings("", 25)
    assert code == "MS403"
    assert message.endswith("'c19' and 5 more.")
    ((_, message),) = findings("", 20)
    assert message.endswith("'c18', 'c19'.")
