"""The tables of README.md name tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    row for row in Path(__file__).with_name("README.md").read_text(encoding="utf-8").splitlines() if "`tests/" in row
]


@pytest.mark.parametrize("row", ROWS)
def test_each_test_of_the_tables_is_there(row: str) -> None:
    texts = []
    for word in re.findall(r"`([^`]+)`", row):
        if word.startswith("tests/"):
            assert (ROOT / word).exists(), word
            texts.append((ROOT / word).read_text(encoding="utf-8") if (ROOT / word).is_file() else "")
        elif word.startswith("test_") and not word.endswith(".py"):
            assert any(f"def {word.removesuffix('...')}" in text for text in texts), word
