"""What the commands' tests share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest


@pytest.fixture
def as_published(root: Path) -> Callable[[str, Any], Any]:
    """``as_published("preview", data)`` holds a command's JSON to its published schema, and returns it."""

    def check(name: str, data: Any) -> Any:
        jsonschema.validate(data, json.loads((root / f"schemas/output/{name}.json").read_text()))
        return data

    return check
