"""The YAML test suite; each disagreement is listed with its reason in data/yaml_suite.toml."""

from __future__ import annotations

import importlib.util
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from mailspec.text import read

HERE = Path(__file__).parent
TOOL = HERE.parent.parent / "tools" / "yaml_suite.py"


def disagreements() -> dict[str, Any]:
    return tomllib.loads((HERE / "data" / "yaml_suite.toml").read_text("utf-8"))


def dumped(value: Any) -> str:
    """Write a value so that 1, 1.0 and true differ, and the order of keys does not matter."""
    return json.dumps(value, sort_keys=True)


def listed(verdict: str) -> list[str]:
    return [entry for group in disagreements()[verdict] for entry in group["ids"]]


@pytest.fixture(scope="module")
def suite(lack: Callable[[str], NoReturn]) -> list[Any]:
    spec = importlib.util.spec_from_file_location("yaml_suite", TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    try:
        return list(tool.cases(tool.fetch()))
    except tool.MissingError as error:
        lack(str(error))


@pytest.mark.xdist_group("yaml_suite")
def test_every_disagreement_is_listed(suite: list[Any]) -> None:
    rejected, accepted, other_data = [], [], {}
    expected = disagreements()["data"]
    for case in suite:
        document = read(case.id, case.text.encode())
        if case.invalid:
            if not document.problems:
                accepted.append(case.id)
        elif document.problems:
            rejected.append(case.id)
        else:
            wanted = [expected.get(case.id, "nothing is listed")] if case.documents is None else case.documents
            # An empty stream is no document for the suite, and no data here.
            if dumped(wanted or [None]) != dumped([document.data]):
                other_data[case.id] = (document.data, wanted)
    assert len(suite) == 402
    assert other_data == {}
    assert sorted(rejected) == sorted(listed("rejected"))
    assert sorted(accepted) == sorted(listed("accepted"))


def test_no_case_is_listed_twice() -> None:
    ids = listed("rejected") + listed("accepted") + list(disagreements()["data"])
    assert len(ids) == len(set(ids))


def test_the_page_tells_each_reason() -> None:
    page = (HERE.parent.parent / "docs" / "yaml.md").read_text("utf-8")
    groups = [("refused", group) for group in disagreements()["rejected"]]
    groups += [("accepted", group) for group in disagreements()["accepted"]]
    for verdict, group in groups:
        assert f"| {verdict} | {len(group['ids'])} | {group['why']} |" in page
    assert f"{len(listed('rejected'))} valid cases are refused" in page
