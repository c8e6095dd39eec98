"""Short ways to make a finding at a value or a word, and a fix."""

from __future__ import annotations

from mailspec.load.item import Item, Path
from mailspec.outcome.effective import Placed, Value
from mailspec.outcome.finding import Edit, Finding, Fix, Related, Safety, Severity
from mailspec.outcome.report import finding


def at_value(
    code: str,
    value: Value | None,
    message: str,
    *,
    object: str | None = None,
    severity: Severity | None = None,
    help: str = "",
    fix: Fix | None = None,
    related: tuple[Related, ...] = (),
) -> Finding:
    """Make a finding where a value was written; one from an environment variable has none and says so."""
    if value is not None and value.origin == "environment":
        message += " This comes from an environment variable."
    placed = None if value is None else value.item
    return finding(
        code,
        message,
        None if value is None else value.location,
        path="" if placed is None or value is None else placed.pointer(value.path),
        object=object,
        severity=severity,
        help=help,
        fix=fix,
        related=related,
    )


def at_item(
    code: str,
    item: Item,
    path: Path,
    message: str,
    *,
    key: bool = False,
    object: str | None = None,
    severity: Severity | None = None,
    help: str = "",
    fix: Fix | None = None,
    related: tuple[Related, ...] = (),
) -> Finding:
    """Make a finding at a word of an item."""
    return finding(
        code,
        message,
        item.locate(path, key=key),
        path=item.pointer(path),
        object=object,
        severity=severity,
        help=help,
        fix=fix,
        related=related,
    )


def rewrite(value: Value | None, text: str, description: str, safety: Safety = "safe") -> Fix | None:
    """Make a fix that writes other YAML in a value's place; ``None`` where nobody wrote the value in a file."""
    where = None if value is None else value.location
    return None if where is None else Fix(safety, description, (Edit(where, text),))


def placed_related(item: Placed, path: Path, message: str) -> Related:
    """Point to a second place."""
    return Related(item.locate(path), message)
