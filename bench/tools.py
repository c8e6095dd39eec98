"""The commands that are compared. A tool that is not installed is left out, never replaced."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.repositories import Repository

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "bench/schema.json"
PYTHON = Path(sys.executable)
PEERS = ROOT / ".tools/python/bin"
AJV = ROOT / ".tools/node/node_modules/.bin/ajv"


@dataclass(frozen=True)
class Tool:
    """One program, how it is called on a repository, and by what each finding is known in its output.

    ``mark`` is ``None`` for a tool that cannot see the findings; it then ends with 0.
    """

    name: str
    program: Path
    arguments: Callable[[Repository], list[str]]
    mark: str | None

    @property
    def installed(self) -> bool:
        return self.program.exists()

    def command(self, repository: Repository) -> list[str]:
        return [str(self.program), *self.arguments(repository)]

    def expected(self, repository: Repository) -> int:
        """Return the exit code of a run that did its work."""
        return 1 if repository.variant == "finding" and self.mark else 0

    def marks(self, repository: Repository) -> int:
        """Return how many findings a run that did its work shows."""
        return repository.size if repository.variant == "finding" and self.mark else 0


def _ajv(_repository: Repository) -> list[str]:
    data = [word for folder in ("users", "groups", "configurations") for word in ("-d", f"{folder}/*.yml")]
    return ["validate", "-s", str(SCHEMA), *data, "-d", "mailspec.yml"]


MAILSPEC = Tool("mailspec", PYTHON.with_name("mailspec"), lambda _: ["validate"], "MS003")
TOOLS = (
    MAILSPEC,
    Tool("ajv-cli", AJV, _ajv, ".yml invalid"),
    Tool(
        "check-jsonschema",
        PEERS / "check-jsonschema",
        lambda r: ["--schemafile", str(SCHEMA), *r.files()],
        "::",
    ),
    Tool(
        "yamllint",
        PEERS / "yamllint",
        lambda _: ["-d", "{extends: relaxed, rules: {line-length: disable, new-lines: disable}}", "."],
        None,
    ),
)
