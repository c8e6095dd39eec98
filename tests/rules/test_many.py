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


MAIN = """version: 1
instance: {id: acme}
configurations:
  - {name: A, state: active, host: mail.acme.example, from: a@acme.example, auth: {method: none}}
targets:
  - {name: one, type: env_file, path: one.env}
  - {name: two, type: env_file, path: two.env}%s
"""


def environments(tmp_path, number: int, comment: str = "", words: str = "") -> list:
    """Return the findings of MS807 about targets in so many test environments."""
    (tmp_path / "environments").mkdir(exist_ok=True)
    (tmp_path / "mailspec.yml").write_text(MAIN % comment)
    for index in range(number):
        (tmp_path / f"environments/e{index:02}.yml").write_text(f"kind: test\n{words}")
    found = open_workspace(str(tmp_path)).report.findings
    return [f for f in found if f.code == "MS807" and f.object.startswith("target:")]


def test_what_many_environments_have_wrong_is_told_of_the_first_and_counted(tmp_path) -> None:
    found = environments(tmp_path, 25)
    for name in ("one", "two"):
        mine = [f for f in found if f.object == f"target:{name}"]
        assert [f.environment for f in mine] == [*(f"e{index:02}" for index in range(10)), "e24"]
        assert mine[-1].message == "The same of 15 more environments: 'e10', 'e11', 'e12' and 12 more."
        assert {(f.severity, f.location) for f in mine} == {("error", mine[0].location)}


def test_as_many_as_are_told_are_not_counted(tmp_path) -> None:
    assert [f.message.startswith("The same") for f in environments(tmp_path, 10)] == [False] * 20
    found = environments(tmp_path, 11)
    assert [f.message for f in found if f.message.startswith("The same")] == [
        "The same of one more environment: 'e10'."
    ] * 2


def test_what_is_silenced_is_silenced_in_all_and_in_use(tmp_path) -> None:
    found = environments(tmp_path, 25, "  # mailspec: ignore[MS807] writes nowhere")
    assert {(f.object, f.suppressed) for f in found} == {("target:one", False), ("target:two", True)}
    assert sum(f.suppressed for f in found) == 11
    assert not [f for f in open_workspace(str(tmp_path)).report.findings if f.code == "MS007"]


def test_one_environment_alone_is_told_of_itself(tmp_path) -> None:
    environments(tmp_path, 25)
    found = open_workspace(str(tmp_path), environment="e24").report.findings
    about = [f for f in found if f.code == "MS807" and f.object == "target:one"]
    assert ["'e24'" in f.message for f in about] == [True]
