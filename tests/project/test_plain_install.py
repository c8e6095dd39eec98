"""The wheel with what pip installs today, not with the constraints: it starts as fast and gives the same answers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from mailspec.schema.shape import shape_errors
from mailspec.text import read

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.service("plain"), pytest.mark.xdist_group("plain")]
FILES = [
    *sorted((ROOT / "examples").rglob("*.yml")),
    *sorted((ROOT / "tests/load/cases").rglob("*.yml")),
    *sorted((ROOT / "tests/rules/cases").rglob("*.yml")),
]
VERDICTS = """
import json, sys
from mailspec.schema.shape import shape_errors
from mailspec.text import read
for name in sys.stdin.read().split("\\n"):
    data = read(name, open(name, "rb").read()).data
    print(json.dumps([[error.kind, list(map(str, error.path))] for error in shape_errors(data)]))
"""
MODULES = """
import sys
from mailspec.cli.main import main
code = main(["validate", sys.argv[1]])
print(code, *sorted(sys.modules))
"""


def run(plain: Path, program: str, *args: str, entry: str = "") -> str:
    command = [plain / "python", "-P", "-c", program, *args]
    done = subprocess.run(command, input=entry, cwd="/", capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_is_the_one_that_runs(plain: Path) -> None:
    place = run(plain, "import mailspec; print(mailspec.__file__)")
    assert place.startswith(str(plain.parent / "lib"))


def test_validate_loads_neither_pydantic_nor_much_else(plain: Path) -> None:
    code, *names = run(plain, MODULES, str(ROOT / "examples/quickstart")).splitlines()[-1].split()
    assert code == "0"
    assert "pydantic_core" in names
    assert "pydantic" not in names
    assert len(names) < 330


def test_every_file_gets_the_verdict_that_it_gets_with_the_constraints(plain: Path) -> None:
    assert len(FILES) > 300
    lines = run(plain, VERDICTS, entry="\n".join(map(str, FILES))).splitlines()
    for path, line in zip(FILES, lines, strict=True):
        ours = [[error.kind, list(map(str, error.path))] for error in shape_errors(read("x", path.read_bytes()).data)]
        assert json.loads(line) == ours, path
