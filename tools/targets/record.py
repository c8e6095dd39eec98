"""What the proofs of targets have shown, kept for the page of targets: tools/targets/proofs.json."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

PROOFS = Path(__file__).parent / "proofs.json"


def note(program: str, feature: str, outcome: str, proof: str) -> None:
    """Record one outcome of today where MAILSPEC_RECORD_PROOFS is set; the suite itself records nothing."""
    if not os.environ.get("MAILSPEC_RECORD_PROOFS"):
        return
    known = json.loads(PROOFS.read_text()) if PROOFS.exists() else {}
    entry = known.setdefault(program, {"proof": proof, "features": {}})
    entry["proof"] = proof
    entry["features"][feature] = outcome
    entry["date"] = datetime.now(UTC).date().isoformat()
    PROOFS.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
