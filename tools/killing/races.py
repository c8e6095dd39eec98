"""Two applies at once: one waits or is refused, and whatever holds then is whole."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools.killing.process import ROOT
from tools.killing.world import NEW, Template, World, holds, leftovers

THIRD = "587"


def race(template: Template, scratch: Path) -> str:
    """Start two applies of different settings together; return what is wrong, empty where all is well."""
    world = template.copy(scratch)
    try:
        command = [sys.executable, "-m", "tools.killing.driver"]
        both = [
            subprocess.Popen(
                [*command, *world.arguments("apply", port)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for port in (NEW, THIRD)
        ]
        outputs = [process.communicate(timeout=60) for process in both]
        codes = [process.returncode for process in both]
        return _judge(world, codes, [out + err for out, err in outputs])
    finally:
        shutil.rmtree(scratch)


def _judge(world: World, codes: list[int], outputs: list[str]) -> str:
    if not set(codes) <= {0, 5} or 0 not in codes:
        return f"exit codes {codes}: {outputs}"
    refused = [words for code, words in zip(codes, outputs, strict=True) if code == 5]
    if any("locked by" not in words and "changed" not in words for words in refused):
        return f"refused for another reason: {refused}"
    port = holds(world, (NEW, THIRD))
    if codes.count(0) == 1 and port != (NEW, THIRD)[codes.index(0)]:
        return f"the refused one's settings hold: {port}, {codes}"
    code, status = world.here("status")
    if code != 0 or status != f"{port} free":
        return f"the files hold {port}, the state says {status}"
    return f"left behind: {left}" if (left := leftovers(world)) else ""
