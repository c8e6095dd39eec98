"""``make docs`` runs everything that writes a page, builds them all, and installs nothing where its tools are there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_page_writer_is_run_before_the_build():
    ran = subprocess.run(["make", "-n", "docs"], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = ran.stdout.splitlines()
    build = next(number for number, line in enumerate(lines) if "mkdocs build --strict" in line)
    assert any("tools.generate" in line for line in lines[:build])
    generators = (ROOT / "tools/generate.py").read_text()
    for writer in sorted((ROOT / "tools").glob("*_page.py")):
        assert f"tools/{writer.name}" in generators or f"tools.{writer.stem}" in generators, writer.name


def test_stale_files_are_named_and_fail(tmp_path):
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    program = (tmp_path / "tools/generate.py").read_text()
    start, end = program.index("GENERATORS = ("), program.index("def contents")
    writer = "open('page.md', 'w').write('new')"
    program = f'{program[:start]}GENERATORS = (("-c", "{writer}"),)\n\n\n{program[end:]}'
    (tmp_path / "tools/generate.py").write_text(program)
    (tmp_path / "page.md").write_text("old")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    command = [sys.executable, "-m", "tools.generate", "--check"]
    first, second = (
        subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False) for _ in range(2)
    )
    assert (first.returncode, first.stdout.splitlines()[0]) == (1, "stale, written anew: page.md")
    assert (second.returncode, second.stdout) == (0, "")


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
