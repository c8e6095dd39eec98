"""The commands that are compared. A tool that is not installed is left out, never replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.repositories import Repository

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "schemas/mailspec.schema.json"
# mailspec as users get it: the wheel, installed by plain pip without the constraints (bench/peers.sh).
PLAIN = ROOT / ".tools/plain/bin"
PEERS = ROOT / ".tools/python/bin"
NODE = ROOT / ".tools/node/node_modules"


@dataclass(frozen=True)
class Tool:
    """One program, how it is called on a repository, and by what each finding is known in its output.

    ``mark`` is ``None`` for a tool that cannot see the findings; ``failed`` is its exit code where it sees one.
    """

    name: str
    program: Path
    arguments: Callable[[Repository], list[str]]
    mark: str | None
    failed: int = 1

    @property
    def installed(self) -> bool:
        return self.program.exists()

    def command(self, repository: Repository) -> list[str]:
        return [str(self.program), *self.arguments(repository)]

    def expected(self, repository: Repository) -> int:
        """Return the exit code of a run that did its work."""
        return self.failed if repository.variant == "finding" and self.mark else 0

    def marks(self, repository: Repository) -> int:
        """Return how many findings a run that did its work shows."""
        return repository.size if repository.variant == "finding" and self.mark else 0


def _ajv(_repository: Repository) -> list[str]:
    return ["validate", "--strict=false", "-s", str(SCHEMA), "-d", "mailspec.yml", "-d", "configurations/*.yml"]


def _sourcemeta(_repository: Repository) -> list[str]:
    return ["validate", "--fast", "--continue", str(SCHEMA), "mailspec.yml", "configurations"]


MAILSPEC = Tool("mailspec", PLAIN / "mailspec", lambda _: ["validate"], "MS003")
TOOLS = (
    MAILSPEC,
    Tool("ajv-cli", NODE / ".bin/ajv", _ajv, ".yml invalid"),
    Tool("sourcemeta", NODE / ".bin/jsonschema", _sourcemeta, "fail: ", failed=2),
    Tool("check-jsonschema", PEERS / "check-jsonschema", lambda r: ["--schemafile", str(SCHEMA), *r.files()], "::"),
    Tool(
        "yamllint",
        PEERS / "yamllint",
        lambda _: ["-d", "{extends: relaxed, rules: {line-length: disable, new-lines: disable}}", "."],
        None,
    ),
)
