"""The table of what sign-in has to show names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
NAMED = re.findall(r"`([\w./]+\.py)::(\w+)`", (HERE / "README.md").read_text())


def test_each_line_of_the_table_names_a_test() -> None:
    lines = [line for line in (HERE / "README.md").read_text().splitlines() if line.startswith("| ")][1:]
    assert len(lines) > 20
    assert all("::test_" in line for line in lines)


def test_each_named_test_exists() -> None:
    files = {name: ast.parse((HERE / name).read_text()) for name, _ in NAMED}
    missing = [
        f"{name}::{test}"
        for name, test in NAMED
        if not any(isinstance(part, ast.FunctionDef) and part.name == test for part in files[name].body)
    ]
    assert missing == []
