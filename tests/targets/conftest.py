"""Short ways to declare a target."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mailspec.plan.desired import TargetDesired


@pytest.fixture
def target() -> Callable[..., TargetDesired]:
    """``target({"HOST": "x"}, dialect="docker")``: a target at ``app.env``."""

    def make(keys: dict[str, Any] | None = None, path: str = "app.env", **options: Any) -> TargetDesired:
        return TargetDesired("app", "env_file", path, keys or {}, options)

    return make
