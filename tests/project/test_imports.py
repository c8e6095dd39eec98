"""What ``mailspec validate`` must not import: each costs time on every run, in every editor and pipeline."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/quickstart"
BARRED = (
    # effects: validate needs no network, no secrets and no state
    *(
        "mailspec.apply",
        "mailspec.targets",
        "mailspec.mail",
        "mailspec.state",
        "mailspec.secrets",
        "mailspec.delivery",
    ),
    *("mailspec.deliverability", "mailspec.plan", "mailspec.diagnosis", "mailspec.message"),
    # heavy libraries; the shape check is pydantic_core's, the model's own pydantic is only for the schemas
    *("sqlalchemy", "psycopg", "rich", "jsonschema", "pydantic", "asyncio", "importlib.metadata"),
    *(
        "socket",
        "ssl",
        "smtplib",
        "email",
        "http",
        "urllib.request",
        "sqlite3",
        "concurrent.futures",
        "multiprocessing",
    ),
)
PROBE = """
import json, sys
from mailspec.cli.main import main
code = main({args!r})
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


def modules(*args: str) -> tuple[int, set[str]]:
    """Run a command in a fresh interpreter; return its exit code and what it had imported at the end."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(args=list(args))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr, done.stdout
    code, names = json.loads(done.stderr.splitlines()[-1])
    return code, set(names)


@pytest.fixture(scope="module")
def imported() -> set[str]:
    code, names = modules("validate", str(EXAMPLE))
    assert code == 0
    return names


@pytest.mark.parametrize("name", BARRED)
def test_validate_leaves_it_out(imported, name):
    assert [held for held in imported if held == name or held.startswith(f"{name}.")] == []


def test_validate_loads_one_output_format(imported):
    loaded = {name for name in imported if name.startswith("mailspec.render.")}
    assert loaded <= {
        *("mailspec.render.as_text", "mailspec.render.painter", "mailspec.render.words"),
        # the table of the formats' names, and the type of what is handed to one
        *("mailspec.render.registry", "mailspec.render.view"),
    }


def test_validate_loads_one_command(imported):
    assert {name for name in imported if name.startswith("mailspec.cli.commands.")} == {
        "mailspec.cli.commands.validate"
    }


def test_the_probe_sees_imports(imported):
    assert {"mailspec.cli", "mailspec.workflow"} <= imported
