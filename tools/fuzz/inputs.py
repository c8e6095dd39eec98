"""The inputs by number: number n is the same on every machine, so a failure is known by its number."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path

from tools.fuzz.case import JSON, Case
from tools.fuzz.mutate import mutate
from tools.fuzz.project import PLACES, ROOT
from tools.fuzz.structures import structure

COMMANDS: tuple[tuple[str, ...], ...] = (
    *(JSON,) * 13,
    *(("validate",),) * 2,
    *(("show", "--format", "json"),) * 2,
    *(("validate", "--fix"),) * 2,
    ("validate", "--format", "json", "--with-secrets"),
)


@cache
def corpus() -> tuple[bytes, ...]:
    """Return the good files that are broken: the examples, and one with every section."""
    paths = (
        *sorted(Path(ROOT, "examples").rglob("*.yml")),
        *sorted(Path(ROOT, "tests/fuzz/corpus").glob("*.yml")),
    )
    return tuple(path.read_bytes() for path in paths)


@cache
def _schemas() -> tuple[dict[str, object], dict[str, object]]:
    main, overlay = (
        json.loads((ROOT / f"schemas/{name}.schema.json").read_text()) for name in ("mailspec", "environment")
    )
    return main, overlay


def case(number: int) -> Case:
    """Return input ``number``: three quarters are mutations, the others are made from the schema."""
    pick = random.Random(number)
    place = pick.choice(PLACES)
    command = pick.choice(COMMANDS)
    if pick.random() < 0.75:
        content = mutate(pick, pick.choice(corpus()), corpus())
    else:
        schema, overlay = _schemas()
        content = structure(overlay if place.startswith("environments/") else schema, pick)
    return Case(place, content, command, f"input {number}")
