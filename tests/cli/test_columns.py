"""Tables fit 80 columns; only a word that must stay whole (an address, a URL) may stand out."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.render.settings_text import wrapped

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("example", ["quickstart", "company"])
@pytest.mark.parametrize("command", [("show",), ("plan",), ("status",), ("preview",)])
def test_a_projects_tables(command: tuple[str, ...], example: str, tmp_path: Path, cli: Callable[..., Any]) -> None:
    shutil.copytree(EXAMPLES / example, tmp_path / example)
    held(cli(*command, cwd=tmp_path / example, env={"MAILSPEC_ENVIRONMENT": "base"}).out)


@pytest.mark.parametrize("command", [("providers",), ("providers", "microsoft365"), ("rules",), ("explain", "MS101")])
def test_what_is_known(command: tuple[str, ...], cli: Callable[..., Any]) -> None:
    held(cli(*command).out)


def held(shown: str) -> None:
    assert shown
    for line in shown.splitlines():
        # Notes are sentences, which the terminal wraps.
        if not re.match(r"Note: |\s*https://", line):
            assert len(line) <= 80, line


def test_lists_break_between_their_entries() -> None:
    assert wrapped("[one, two, three]", 11) == ["[one, two,", "three]"]
    assert wrapped("[one, two, three]", 17) == ["[one, two, three]"]
    assert wrapped("averylongwordthatstayswhole", 5) == ["averylongwordthatstayswhole"]
