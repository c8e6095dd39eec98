"""Short ways to say what is wanted and what is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mailspec.plan.desired import Desired, DesiredObject, TargetDesired
from mailspec.plan.live import Live, LiveObject, LiveTarget

SENSITIVE = frozenset({"auth.password"})


def fields(port: int = 587, **more: Any) -> dict[str, Any]:
    return {"host": "smtp.acme.example", "port": port, "auth.password": {"env": "P"}, **more}


def name_of(name: str) -> str:
    return f"configuration:{name}"


@pytest.fixture
def wanted() -> Callable[..., Desired]:
    """``wanted(A="active", B=("inactive", 25))``; ``renamed={"B": "A"}``; ``targets=[...]``."""

    def make(
        renamed: dict[str, str] | None = None, targets: tuple[TargetDesired, ...] = (), **configurations: Any
    ) -> Desired:
        objects = []
        for name, held in configurations.items():
            state, port = held if isinstance(held, tuple) else (held, 587)
            former = (renamed or {}).get(name)
            objects.append(
                DesiredObject(name_of(name), fields(port), state, name_of(former) if former else None, SENSITIVE)
            )
        return Desired(tuple(objects), tuple(targets))

    return make


@pytest.fixture
def held() -> Callable[..., Live]:
    """``held(A=True, B=False, targets=[LiveTarget(...)])``: what is active and what is not."""

    def make(targets: tuple[LiveTarget, ...] = (), undeclared: tuple[str, ...] = (), **configurations: Any) -> Live:
        objects = {
            name_of(name): LiveObject(name_of(name), fields(), active, SENSITIVE)
            for name, active in configurations.items()
        }
        return Live("lineage", 3, objects, {target.name: target for target in targets}, undeclared)

    return make


@pytest.fixture
def target() -> Callable[..., TargetDesired]:
    """``target(HOST="x", PASSWORD={"env": "P"})``: a reference is made a secret."""

    def make(options: dict[str, Any] | None = None, **keys: Any) -> TargetDesired:
        texts = {key: {"secret": value} if isinstance(value, dict) else value for key, value in keys.items()}
        return TargetDesired("app", "env_file", "app.env", texts, options or {}, "configuration:A")

    return make
