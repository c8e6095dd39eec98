"""The container file as far as a machine without an engine allows: what it copies builds, the rest is small."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
STAGES = re.split(r"(?m)^(?=FROM )", (ROOT / "Containerfile").read_text(encoding="utf-8"))[1:]


def test_what_the_first_stage_copies_is_enough_to_build(tmp_path: Path) -> None:
    for line in re.findall(r"(?m)^COPY (?!--from)(.+)$", STAGES[0]):
        *sources, target = line.split()
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, tmp_path / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, tmp_path / target)
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", "out", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tmp_path / "out").glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"mailspec/cli/main.py", "mailspec/schema/published/mailspec.schema.json"} <= names


def test_the_constraints_cover_what_is_installed() -> None:
    extras = re.search(r'"\.\[([a-z,]+)\]"', STAGES[0])
    assert extras is not None
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(re.search(rf"(?m)^{extra} = \[", declared) for extra in extras.group(1).split(","))


def test_the_last_stage_is_not_root_and_builds_nothing() -> None:
    last = STAGES[-1]
    assert re.search(r"(?m)^USER [1-9][0-9]*$", last)
    assert last.rindex("USER ") > last.rindex("RUN ")
    installed = re.findall(r"apt-get install -y --no-install-recommends ([a-z -]+?) \\", last)
    assert installed == ["git"]
    assert not re.search(r"\b(pip|gcc|make|build-essential|curl|wget)\b", last)
    assert "uninstall --yes --quiet pip" in STAGES[0]
