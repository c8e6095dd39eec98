"""A fix takes its finding away, touches nothing else, and the catalogue knows which codes have one."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mailspec.outcome.catalogue import CATALOGUE
from mailspec.workflow.validate.fixes import plan_fixes, write
from mailspec.workflow.validate.validation import examine

CASES = sorted((Path(__file__).parent / "cases").glob("MS*/bad-*"))
FIXABLE = {code for code, entry in CATALOGUE.items() if entry.fixable}


def identity(case: Path) -> str:
    return f"{case.parent.name}/{case.stem}"


def texts(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*.yml")}


def fix(options: dict[str, Any], *, unsafe: bool) -> None:
    assert write(plan_fixes(partial(examine, (".",), **options), unsafe=unsafe).files) == {}


@pytest.mark.parametrize("case", [case for case in CASES if case.parent.name in FIXABLE], ids=identity)
@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_a_fix_takes_its_finding_away(case, unsafe, check):
    checked = check(case)
    repaired = [f for f in checked.report.counted if f.fix and (unsafe or f.fix.safety == "safe")]
    look = partial(examine, (".",), **checked.options)
    assert write(plan_fixes(look, unsafe=unsafe).files) == {}
    left = checked.again()
    for code in {finding.code for finding in repaired}:
        before = [f.message for f in checked.report.counted if f.code == code and f not in repaired]
        after = [f.message for f in left.counted if f.code == code]
        assert len(after) <= len(before), after
    assert not [f for f in left.findings if f.code in {"MS001", "MS002"}]
    # Once is enough: a second run finds nothing that the first one left.
    once = texts(checked.folder)
    assert plan_fixes(look, unsafe=unsafe).files == ()
    assert texts(checked.folder) == once


def test_the_catalogue_knows_what_can_be_fixed(check, tmp_path):
    offered = set()
    for case in CASES:
        offered |= {finding.code for finding in check(case).report.findings if finding.fix is not None}
        shutil.rmtree(tmp_path / "project")
    assert offered == FIXABLE
