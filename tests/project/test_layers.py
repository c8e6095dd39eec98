"""Data flows one way: the layers of pyproject.toml hold, and the pure part asks nothing of the outside."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PURE = (
    "text",
    "outcome",
    "model",
    "schema",
    "programs",
    "providers",
    "load",
    "resolve",
    "rules",
    "plan",
    "diagnosis",
    "message",
    "render",
)
OUTSIDE = {"environ", "environb", "getenv", "putenv", "unsetenv"}
FORBIDDEN = {"socket", "ssl", "smtplib", "subprocess", "sqlite3", "sqlalchemy", "asyncio", "psycopg"}


def pure_files() -> list[Path]:
    package = ROOT / "mailspec"
    # Of source, only what asks Git has effects but reading.
    reading = set((package / "source").glob("*.py")) - {package / "source/git.py"}
    return sorted(reading.union(*((package / name).rglob("*.py") for name in PURE)))


def touches(source: str) -> Iterator[str]:
    """Name each use of the environment, and each import of a module with effects, at any level."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in OUTSIDE:
            if isinstance(node.value, ast.Name) and node.value.id == "os":
                yield f"line {node.lineno}: os.{node.attr}"
        elif isinstance(node, ast.ImportFrom):
            if node.module == "os" and any(alias.name in OUTSIDE for alias in node.names):
                yield f"line {node.lineno}: from os import ..."
            if (node.module or "").partition(".")[0] in FORBIDDEN:
                yield f"line {node.lineno}: from {node.module}"
        elif isinstance(node, ast.Import):
            yield from (f"line {node.lineno}: {a.name}" for a in node.names if a.name.partition(".")[0] in FORBIDDEN)


def test_layers_hold():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contract_covers_every_package():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = {name for layer in contracts[0]["layers"] for name in layer.replace("|", " ").replace(":", " ").split()}
    packages = {f"mailspec.{path.parent.name}" for path in (ROOT / "mailspec").glob("*/__init__.py")}
    assert packages <= layers


def test_the_docs_print_the_order_that_is_held():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    page = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
    order = " > ".join(name.removeprefix("mailspec.") for name in contracts[0]["layers"])
    assert order in " ".join(page.split())


def test_the_table_of_the_docs_has_each_package_once():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    page = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(name.removeprefix("mailspec.") for name in contracts[0]["layers"])


def test_the_pure_packages_are_those_of_the_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert [f"mailspec.{name}" for name in PURE] == contracts[1]["source_modules"]


@pytest.mark.parametrize("path", pure_files(), ids=lambda path: str(path.relative_to(ROOT / "mailspec")))
def test_the_pure_part_has_no_effects(path):
    assert list(touches(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ['A']",
        "from os import getenv",
        "def f():\n    import socket",
        "from sqlite3 import connect",
    ],
)
def test_an_effect_would_be_seen(source):
    assert list(touches(source))
