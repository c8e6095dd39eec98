"""Write docs/rules/index.md from the catalogue; with ``--check`` only tell whether it is stale."""

from __future__ import annotations

import sys
from pathlib import Path

from mailspec.outcome.catalogue import CATALOGUE, FAMILIES, Entry

PAGE = Path(__file__).parents[1] / "docs/rules/index.md"
INTRODUCTION = """\
# Findings

Each finding has a code that never changes its meaning. `mailspec explain CODE` prints a page in the terminal, and
`mailspec rules` this list. What a finding's severity is by default, `policy.severity` changes; a comment
`# mailspec: ignore[CODE] reason` silences it on its line. A new code may be in preview: it is a note until
`policy.severity` names it.

This page is made from the catalogue by `tools/rules_page.py`.
"""


def row(entry: Entry) -> str:
    fixable = "yes" if entry.fixable else ""
    severity = f"{entry.severity}, in preview" if entry.preview else entry.severity
    return f"| [{entry.code}]({entry.code}.md) | {entry.name} | {severity} | {fixable} | {entry.summary} |"


def page() -> str:
    """Return the page as it should be."""
    parts = [INTRODUCTION]
    for family, title in FAMILIES.items():
        rows = [row(entry) for entry in CATALOGUE.values() if entry.code.startswith(family)]
        if rows:
            head = "| code | name | severity | `--fix` | meaning |\n|---|---|---|---|---|"
            parts.append("\n".join((f"## {family}xx: {title}\n", head, *rows)) + "\n")
    return "\n".join(parts)


def main() -> int:
    """Write or check the page."""
    wanted = page()
    if "--check" in sys.argv[1:]:
        stale = not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != wanted
        if stale:
            print(f"{PAGE.name} is stale: run tools/rules_page.py")
        return int(stale)
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
