"""Work that may loop or grow without end, done by a module in a process of its own: JSON in, JSON out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from mailspec.files.json_text import read_json


class Stopped(str):
    """Why a process gave no answer, in words."""

    __slots__ = ()


def run_apart(module: str, asked: Mapping[str, Any], seconds: float) -> Any:
    """Run ``python -m module`` with ``asked`` on its standard input, and return its JSON answer.

    Returns :class:`Stopped` where it did not end in time, or gave no answer since it met a limit of its own.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", module],
            input=json.dumps(asked, default=str).encode("utf-8", "surrogatepass"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
        return read_json(done.stdout)
    except subprocess.TimeoutExpired:
        return Stopped(f"it did not end within {seconds:g} seconds")
    except ValueError:
        return Stopped("it needs more time or memory than it may")
