"""What ``make torture`` does at every call that writes, at a few of them: errors of the system itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.killing import faults

CODE = """\
import errno, json, sys
from functools import partial
from itertools import islice
from pathlib import Path
from tools.killing import faults
from tools.killing.databases import sqlite
from tools.killing.world import NEW, OLD

scratch = Path(sys.argv[1])
found = [str(fault) + ": " + wrong for fault, wrong in faults.secrets(scratch, 9) if wrong]
template = sqlite(scratch / "template")
calls = faults._calls(template, scratch, "apply", 0)
for share, code in ((0.5, errno.ENOSPC), (0.8, errno.EIO)):
    world = template.copy(scratch / str(code))
    fault = faults.Fault(int(calls * share), code)
    ended = faults.run(world.folder, fault, partial(faults._quiet, world, "apply"))
    wrong = faults.judge(world, ended, OLD, NEW)
    found += [str(fault) + ": " + wrong] if wrong else []
print(json.dumps([calls, found]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the library that makes calls fail is for Linux")
def test_an_error_of_the_system_leaves_old_or_new_settings_whole(tmp_path: Path) -> None:
    env = {**os.environ, "LD_PRELOAD": str(faults.library()), "TMPDIR": str(tmp_path)}
    run = [sys.executable, "-c", CODE, str(tmp_path)]
    done = subprocess.run(
        run, env=env, cwd=Path(faults.__file__).parents[2], capture_output=True, text=True, check=True
    )
    calls, found = json.loads(done.stdout)
    assert calls > 20
    assert found == []
