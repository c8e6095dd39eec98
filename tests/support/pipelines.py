"""Runs the scripts of a GitHub workflow or a GitLab pipeline as their runners do: only what stands in the file.

An expression (``${{ ... }}``) is looked up in a table that the test gives; one that is not in it fails the test.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
# What the runner's own Git has must not decide a test.
_CLEAN = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "TERM": "dumb"}


@dataclass
class Ran:
    """What a job did: its exit code, its log, and the files by which GitHub's steps talk to the runner."""

    code: int = 0
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    steps: list[tuple[str, int]] = field(default_factory=list)


Job = Callable[..., Ran]


def read_yaml(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def _script(script: str, cwd: Path, env: Mapping[str, str], shell: tuple[str, ...]) -> tuple[int, str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [*shell, script],
        cwd=cwd,
        env={**kept, **_CLEAN, "PATH": path, **env},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def github_job(
    file: Path,
    name: str,
    cwd: Path,
    expressions: Mapping[str, str],
    env: Mapping[str, str],
    *,
    install: bool = False,
) -> Ran:
    """Run one job's ``run:`` steps, or a composite action's where ``name`` is empty.

    The step that installs mailspec runs where ``install`` says so; ``RUNNER_TEMP`` may be given in ``env``.
    """
    workflow = read_yaml(file)
    job = workflow["jobs"][name] if name else {**workflow["runs"], "env": {}}
    ran, talk = Ran(), cwd.parent / f"{cwd.name}.runner"
    talk.mkdir(exist_ok=True)

    known = {"github.workspace": str(cwd), **expressions}

    def value(text: object) -> str:
        return _EXPRESSION.sub(lambda found: known[found.group(1)], str(text))

    shared = {**workflow.get("env", {}), **job.get("env", {})}
    for number, step in enumerate(job["steps"]):
        condition = str(step.get("if", ""))
        if "run" not in step or (step["name"] == "Install mailspec" and not install):
            continue
        if ran.code and "!cancelled()" not in condition:
            continue
        summary, outputs = talk / f"{number}.summary", talk / f"{number}.outputs"
        held = {key: value(text) for key, text in {**shared, **step.get("env", {})}.items()}
        paths = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(outputs)}
        # The defaults of GitHub's runner: "bash -e" where no shell is named, else with pipefail.
        shell = (
            ("bash", "-e", "-c") if "shell" not in step else ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
        )
        code, log = _script(step["run"], cwd, {"CI": "true", "RUNNER_TEMP": str(talk), **env, **held, **paths}, shell)
        ran.scripts.append(step["run"])
        ran.steps.append((step["name"], code))
        ran.log += log
        ran.code = ran.code or code
        ran.summary += summary.read_text(encoding="utf-8") if summary.exists() else ""
        if outputs.exists():
            ran.outputs |= dict(line.split("=", 1) for line in outputs.read_text().splitlines())
    return ran


def gitlab_job(file: Path, name: str, cwd: Path, variables: Mapping[str, str], *, before: bool = False) -> Ran:
    """Run one job's ``script:``, and what it inherits as ``before_script:`` where ``before`` says so.

    GitLab's runner joins the lines and runs them with ``set -eo pipefail``.
    """
    held = read_yaml(file)
    job = held[name]
    job = {**held.get(job.get("extends"), {}), **job}
    parts = (["before_script"] if before else []) + ["script"]
    scripts = ["\n".join(job[part]) for part in parts]
    code, log = _script("\n".join(["set -eo pipefail", *scripts]), cwd, {"CI": "true", **variables}, ("bash", "-c"))
    return Ran(code, log, scripts=scripts)


def shipped_scripts(path: Path) -> list[str]:
    """Return every script of a shipped file, as :class:`Ran` names them."""
    held = read_yaml(path)
    if path.parent.name == "gitlab":
        return ["\n".join(job[part]) for job in held.values() for part in ("before_script", "script") if part in job]
    jobs = held["jobs"].values() if "jobs" in held else [held["runs"]]
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


@pytest.fixture(scope="session")
def run_github() -> Job:
    """``run_github(file, job, cwd, expressions, env, install=False) -> Ran``."""
    return github_job


@pytest.fixture(scope="session")
def run_gitlab() -> Job:
    """``run_gitlab(file, job, cwd, variables, before=False) -> Ran``."""
    return gitlab_job


@pytest.fixture(scope="session")
def scripts_of() -> Callable[[Path], list[str]]:
    """``scripts_of(file) -> [script, ...]``."""
    return shipped_scripts
