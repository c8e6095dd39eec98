"""Why a finding is suppressed, in the words of the comment that does it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mailspec.outcome.finding import Finding
from mailspec.render.frames import frame
from mailspec.text.escape import terminal

_COMMENT = re.compile(r"#\s*mailspec:\s*ignore\[(?P<codes>[^\]]*)\]\s*(?P<reason>.*?)\s*$")


def justification(finding: Finding, texts: Mapping[str, str]) -> str:
    """Return the reason that stands on the finding's line or the line before; ``""`` where the text is not at hand."""
    lines = {line.number: line.text for line in frame(texts, finding.location, context=1)}
    line = 0 if finding.location is None else finding.location.line
    for number in (line, line - 1):
        found = _COMMENT.search(lines.get(number, ""))
        if found is not None and finding.code in re.split(r"[,\s]+", found["codes"]):
            return terminal(found["reason"])
    return ""
