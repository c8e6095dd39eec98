"""What really holds, by value, origin and line, for every layer of SPEC "What holds"; one file a case."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from mailspec.resolve import Resolver, Variables, effective
from mailspec.workflow.project import open_project

CASES = sorted((Path(__file__).parent / "cases").glob("*.yml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_holds(path: Path, tmp_path: Path) -> None:
    case = YAML(typ="safe").load(path)
    for name, text in case["files"].items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    opened = open_project(str(tmp_path))
    assert [f.message for f in opened.loaded.findings] == []
    spec = opened.spec(case.get("environment"))
    variables = case.get("variables", {})
    resolver = Resolver(spec, Variables(str(spec.instance.get("env_prefix") or ""), variables))
    for name, fields in case["expect"].items():
        kind, _, rest = name.partition(":")
        held = effective(resolver, kind, rest or kind)
        for field, (value, origin, place) in fields.items():
            found = held.fields.get(field)
            if value is None and origin is None:
                assert found is None, f"{name} {field} should not hold: {found}"
                continue
            assert found is not None, f"{name} has no {field}; it has {sorted(held.fields)}"
            location = found.location
            shown = None if location is None else f"{Path(location.file).name}:{location.line}"
            assert (found.value, found.origin, shown) == (value, origin, place), f"{name} {field}"


def test_there_are_cases() -> None:
    assert len(CASES) >= 12
