from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BAD = (
    "  - {{name: {name}, state: {state}, host: m.acme.example, port: 465, security: starttls, from: a@acme.example}}\n"
)


@pytest.fixture
def project(tmp_path: Path, cli: Callable[..., Any]) -> Callable[..., Any]:
    def run(*names: str, args: tuple[str, ...] = (), before: str = "") -> Any:
        items = [BAD.format(name=name, state="active" if not index else "inactive") for index, name in enumerate(names)]
        (tmp_path / "mailspec.yml").write_text(f"{before}version: 1\nconfigurations:\n" + "".join(items))
        return cli("validate", "--baseline", "known.json", *args, cwd=tmp_path)

    return run


def test_what_was_there_does_not_count_and_what_is_new_does(project: Callable[..., Any]) -> None:
    assert project("A", "B").code == 2, "a baseline that is not there is no empty one"
    wrote = project("A", "B", args=("--write-baseline",))
    assert wrote.code == 0
    assert "2 findings" in wrote.err
    assert project("A", "B").code == 0
    ran = project("A", "B", "C", args=("--format", "json"))
    assert ran.code == 1
    assert [(found["object"], found["suppressed"]) for found in ran.json["findings"]] == [
        ("configuration:A", True),
        ("configuration:B", True),
        ("configuration:C", False),
    ]


def test_it_is_reported_what_a_baseline_cannot_hold(project: Callable[..., Any]) -> None:
    before = "featuers: []\n"
    wrote = project("A", args=("--write-baseline",), before=before)
    assert wrote.code == 1
    assert "Wrote known.json: 1 finding does not count from now on. MS004 cannot be in a baseline." in wrote.err


def test_lines_may_move(project: Callable[..., Any]) -> None:
    project("A", "B", args=("--write-baseline",))
    assert project("B", "A", before="# moved\n\n\n").code == 0


def test_it_only_shrinks(project: Callable[..., Any], tmp_path: Path) -> None:
    project("A", "B", args=("--write-baseline",))
    assert "1 finding of known.json is solved;" in project("A").err
    assert project("A", "C", args=("--write-baseline",)).code == 1
    held = json.loads((tmp_path / "known.json").read_text())
    assert [entry["object"] for entry in held["findings"]] == ["configuration:A"]
    assert project("A", "B").code == 1, "what was solved may not come back"


def test_what_may_not_be_silenced_may_not_be_known_either(project: Callable[..., Any], tmp_path: Path) -> None:
    assert project("A", before="x: 1\n", args=("--write-baseline",)).code == 1
    codes = {entry["code"] for entry in json.loads((tmp_path / "known.json").read_text())["findings"]}
    assert codes == {"MS101"}


ENTRY = '{"version": 1, "findings": [{"code": %s, "object": %s, "file": null, "environment": null, "count": %s}]}'
WRONG = [("1", "null", "1"), ("[]", "null", "1"), *(('"MS101"', *words) for words in (("{}", "1"), ("null", "1e999")))]
NONE = ["", "[]", "{}", '{"version": 1}', '{"version": 2, "findings": []}', "[" * 100000]


@pytest.mark.parametrize("text", [*NONE, *(ENTRY % words for words in WRONG)])
def test_anything_else_is_no_baseline(text: str, project: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text(text)
    ran = project("A")
    assert ran.code == 2
    assert "is not a mailspec baseline file" in ran.err


def test_writing_needs_a_file(cli: Callable[..., Any]) -> None:
    assert cli("validate", "--write-baseline").code == 2
