"""Reads ``frames.toml``: how servers and programs frame what a server told them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any


@cache
def frames() -> dict[str, Any]:
    """Return the tables."""
    return tomllib.loads((Path(__file__).parent / "frames.toml").read_text("utf-8"))


def either(words: Iterable[str], flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """Compile expressions of which any may match."""
    return re.compile("|".join(f"(?:{each})" for each in words), flags)
