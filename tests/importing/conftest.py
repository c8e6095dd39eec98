"""Sources as files, and targets written in a folder without a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mailspec.importing.found import Source
from mailspec.importing.sources import read_source
from mailspec.plan.desired import TargetDesired, filled, secret_reference
from mailspec.targets.base import Rendered, TargetProblem
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.scope import Scope


@pytest.fixture
def source(tmp_path: Path) -> Callable[..., Source]:
    """``source("app.ini", text)``: what is read from a file of that name."""

    def source(name: str, text: str, word: str | None = None) -> Source:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        found = read_source(word or (f"django:{path}" if name.endswith(".py") else str(path)))
        assert isinstance(found, Source), found
        return found

    return source


def written(
    kind: FilesTarget, words: Mapping[str, Any], scope: Scope, passwords: Mapping[str, str], path: Path
) -> bool:
    """Write what a target renders, with passwords by their variables; tell whether its files can hold them."""
    made = kind.render({**words, "path": str(path)}, scope)
    assert isinstance(made, Rendered), made
    target = TargetDesired("t", "t", str(path), made.keys, dict(words))
    values = {}
    for key, value in made.keys.items():
        reference = secret_reference(value)
        values[key] = value if reference is None else filled(value, passwords[str(reference["env"])])
    parts = kind.parts(target)
    assert not isinstance(parts, TargetProblem)
    for label, part in parts.items():
        own = {
            key.removeprefix(f"{label}/") if label else key: text
            for key, text in values.items()
            if text is not None and (not label or key.startswith(f"{label}/"))
        }
        text = part.format.edit("", own)
        if isinstance(text, TargetProblem):
            return False
        Path(part.path).write_bytes(text.encode())
    return True
