"""The Python door, in a process of its own: which names it gives must not depend on what was imported before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

QUICKSTART = Path(__file__).parents[2] / "examples/quickstart"
SCRIPT = """
import mailspec
spec = mailspec.load({path!r})
assert mailspec.effective(spec, "Primary SMTP Server").get("port") == 465
assert mailspec.validate({path!r}).summary["errors"] == 0
import mailspec.plan.saved, mailspec.load.spec, mailspec.apply.run
from mailspec.plan.saved import dump
assert callable(mailspec.plan) and callable(mailspec.apply) and callable(mailspec.load)
plan = mailspec.plan({path!r}, state="sqlite:///{state}")
assert [change.action for change in plan.changes][:1] == ["create"], plan.changes
assert dump(plan)
try:
    mailspec.nothing
except AttributeError:
    print("fine")
"""


def test_names_and_values(tmp_path: Path) -> None:
    script = SCRIPT.format(path=str(QUICKSTART), state=tmp_path / "state.sqlite")
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (ran.stdout, ran.returncode) == ("fine\n", 0), ran.stderr
