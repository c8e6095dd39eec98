"""``make docs`` runs everything that writes a page, builds them all, and installs nothing where its tools are there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def planned() -> list[str]:
    ran = subprocess.run(["make", "-n", "docs"], cwd=ROOT, capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


def test_every_page_writer_runs_before_the_build():
    lines = planned()
    build = next(number for number, line in enumerate(lines) if "mkdocs build --strict" in line)
    for writer in sorted((ROOT / "tools").glob("*_page.py")):
        words = (f"tools/{writer.name}", f"-m tools.{writer.stem}")
        assert any(word in line for line in lines[:build] for word in words), writer.name


def test_tools_that_are_there_are_not_fetched(tmp_path):
    """The installer looks at its mark first: without any program in reach it still ends well."""
    script = tmp_path / "tools/services/lint_tools.sh"
    script.parent.mkdir(parents=True)
    text = (ROOT / "tools/services/lint_tools.sh").read_text()
    script.write_text(text)
    (tmp_path / ".tools/lint").mkdir(parents=True)
    pins = re.findall(r'^(?:wheels|package)="(.+)"$', text, re.MULTILINE)
    (tmp_path / ".tools/lint/.ready").write_text(" ".join(pins) + "\n")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "dirname").symlink_to("/usr/bin/dirname")
    ran = subprocess.run(["/bin/sh", script], env={"PATH": str(programs)}, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
