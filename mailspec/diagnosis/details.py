"""What each category means, and the details that tell apart what one category covers, read from ``meanings.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, cast

from mailspec.outcome.mail import Category


@cache
def meanings() -> dict[Category, dict[str, Any]]:
    """Return category -> ``means``, perhaps ``says``, and ``details`` of the same form."""
    return cast(
        "dict[Category, dict[str, Any]]", tomllib.loads((Path(__file__).parent / "meanings.toml").read_text("utf-8"))
    )


DETAILS: dict[Category, tuple[str, ...]] = {name: tuple(entry.get("details", {})) for name, entry in meanings().items()}
