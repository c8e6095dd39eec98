"""Broken input through the command line: 5,000 in this process, 200 as real processes, the hostile files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARES = 20
IN_PROCESS = 5_000
AS_PROCESSES = 200
EVERY = 3  # of the hostile files; make fuzz takes all


@pytest.mark.parametrize("share", range(SHARES))
def test_in_process(fuzz, project, share):
    case, check = fuzz("inputs").case, fuzz("oracle").check
    for number in range(share * IN_PROCESS // SHARES, (share + 1) * IN_PROCESS // SHARES):
        problem = check(case(number), project)
        assert problem is None, f"input {number}: {problem}"


@pytest.mark.parametrize("share", range(SHARES))
def test_hostile_files(fuzz, project, share):
    made = fuzz("hostile").hostile()[share * EVERY :: SHARES * EVERY]
    case, check = fuzz("case").Case, fuzz("oracle").check
    for name, content in made:
        problem = check(case("mailspec.yml", content), project)
        assert problem is None, f"{name}: {problem}"


@pytest.mark.parametrize("share", range(SHARES))
def test_as_processes(fuzz, project, share):
    case = fuzz("inputs").case
    for number in range(share * AS_PROCESSES // SHARES, (share + 1) * AS_PROCESSES // SHARES):
        held = case(1_000_000 + number)
        project.put(held.file, held.content)
        done = subprocess.run(
            [Path(sys.executable).with_name("mailspec"), *held.args],
            capture_output=True,
            timeout=20,
            check=False,
        )
        project.restore()
        assert done.returncode in fuzz("oracle").EXITS[held.args[0]], (number, done.stderr)
        assert b"Traceback" not in done.stderr + done.stdout, number
        if "json" in held.args and done.stdout:
            json.loads(done.stdout)


@pytest.mark.parametrize("path", sorted(Path(__file__).parent.glob("regressions/*.json")), ids=lambda path: path.stem)
def test_what_once_failed(fuzz, project, path):
    assert fuzz("oracle").check(fuzz("case").load(path), project) is None
