"""What the proofs of targets have shown, kept for the page of targets: tools/targets/proofs.json."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROOFS = Path(__file__).parent / "proofs.json"


@contextmanager
def proving(program: str, feature: str, proof: str) -> Iterator[Callable[[str], None]]:
    """Record what one proof of today shows: ``says("refused")``.

    The suite itself records nothing: MAILSPEC_RECORD_PROOFS asks for it. A proof that fails leaves no entry, so that
    the page never repeats what an earlier run has shown.
    """
    outcome: list[str] = []
    if os.environ.get("MAILSPEC_RECORD_PROOFS"):
        _change(program, feature, proof, None)
    yield outcome.append
    if os.environ.get("MAILSPEC_RECORD_PROOFS"):
        _change(program, feature, proof, outcome[-1])


def _change(program: str, feature: str, proof: str, outcome: str | None) -> None:
    # Several workers prove at once.
    with PROOFS.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        known: dict[str, Any] = json.loads(file.read() or "{}")
        entry = known.setdefault(program, {"features": {}})
        entry["proof"] = proof
        entry["features"].pop(feature, None)
        if outcome is not None:
            entry["features"][feature] = outcome
        entry["date"] = datetime.now(UTC).date().isoformat()
        file.truncate(0)
        file.write(json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
