"""Runs the command line: in this process (quick), or as a process of its own (what a person has)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it wrote. ``code`` is negative where a signal ended the process."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Ran]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """``cli("validate", "x.yml", cwd=folder, env={...}) -> Ran``, through ``mailspec.cli.main.main``."""

    def run(*args: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Ran:
        from mailspec.cli.main import main

        capsys.readouterr()
        with monkeypatch.context() as patch, chdir(cwd or Path.cwd()):
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            code = main([str(arg) for arg in args])
        out, err = capsys.readouterr()
        return Ran(int(code or 0), out, err)

    return run


@pytest.fixture
def cli_process() -> Cli:
    """The same as a real process: ``cli_process("validate", ..., cwd=, env=, stdin=, timeout=) -> Ran``.

    ``env`` is added to this process's environment; a value of ``None`` takes a variable away.
    """

    def run(
        *args: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str | None] | None = None,
        stdin: str = "",
        timeout: float = 60,
    ) -> Ran:
        changed = {**os.environ, **(env or {})}
        done = subprocess.run(
            [Path(sys.executable).with_name("mailspec"), *map(str, args)],
            cwd=cwd,
            env={name: value for name, value in changed.items() if value is not None},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


def closed(schema: Any) -> Any:
    """Return a schema that allows no property which it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(part) for key, part in schema.items()}
    return made | {"additionalProperties": False} if isinstance(made.get("properties"), dict) else made


@pytest.fixture
def as_published(root: Path) -> Callable[[str, Any], Any]:
    """``as_published("preview", data)`` holds a command's JSON to its published schema, and returns it."""

    def check(name: str, data: Any) -> Any:
        jsonschema.validate(data, json.loads((root / f"schemas/output/{name}.json").read_text()))
        return data

    return check


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).parents[2]
