"""What makes a finding the same one after lines have moved: its code, its object and the field, never the line.

Also the identity that a baseline keeps. The value of a field is left out on purpose: a port that is wrong in another
way is still the finding that somebody knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

from mailspec.outcome.finding import Finding

_INDEX = re.compile(r"(?<=/)\d+(?=/|$)")


def identity(finding: Finding) -> tuple[str, ...]:
    """Return code, environment, object and field. Without an object the file stands in for it.

    List positions in the field's path are left out: an item that moves is the same item.
    """
    place = finding.location
    owner = finding.object if finding.object is not None else "" if place is None else f"file:{place.file}"
    return (finding.code, finding.environment or "", owner, _INDEX.sub("*", finding.path))


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """Return a fingerprint a finding, in order: 32 hexadecimal digits, each only once.

    Findings with one identity are told apart by their order within the report.
    """
    seen: dict[tuple[str, ...], int] = {}
    found = []
    for finding in findings:
        key = identity(finding)
        seen[key] = seen.get(key, -1) + 1
        parts = key if seen[key] == 0 else (*key, str(seen[key]))
        # Each part with its length, so that no two lists of parts give one text.
        packed = "".join(f"{len(part)}:{part}" for part in parts)
        found.append(sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()[:32])
    return found
