"""Draws docs/pictures/*.svg from real runs, so that the README shows what mailspec prints."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/pictures"
WIDTH = 120

# Rich's own frame without its fonts from the network: a picture in a repository asks nobody for anything.
FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px;
  line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: arial; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def in_a_terminal(command: list[str], folder: Path) -> str:
    """Run a command in a terminal of its own and return what it wrote, colours included."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(WIDTH)}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        written = b""
        while True:
            try:
                part = os.read(ours, 65_536)
            except OSError:  # the terminal is gone once the command has ended
                break
            if not part:
                break
            written += part
        process.wait()
    os.close(ours)
    return written.decode().replace("\r\n", "\n")


def drawn(name: str, typed: str, written: str) -> str:
    """Return one picture."""
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, force_terminal=True)
        console.print(Text.from_ansi(f"$ {typed}\n{written.rstrip()}"))
    svg = console.export_svg(title=typed, code_format=FRAME, unique_id=name)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def _edit(path: Path, *words: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in words:
        if old not in text:
            raise SystemExit(f"{path.name} no longer says '{old}'; change tools/pictures.py with it")
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def _committed(folder: Path) -> None:
    """Make a folder a repository whose only commit is the same at each run."""
    who = {f"GIT_{role}_{what}": "mail@acme.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    when = {f"GIT_{role}_DATE": "2026-11-20T09:00:00Z" for role in ("AUTHOR", "COMMITTER")}
    env = {**os.environ, **who, **when, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Mail settings"]):
        subprocess.run(["git", *command], cwd=folder, env=env, check=True)


def pictures() -> dict[Path, str]:
    """Return each picture with its file: a wrong port being found, and what a change means."""
    program = str(Path(sys.executable).with_name("mailspec"))
    made: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as scratch:
        hub, company = Path(scratch) / "acme-hub", Path(scratch) / "acme-projects"
        shutil.copytree(ROOT / "examples/quickstart", hub)
        _edit(hub / "configurations/primary.yml", ("port: 465", "port: 587"))
        made["validate"] = drawn("validate", "mailspec validate", in_a_terminal([program, "validate"], hub))
        shutil.copytree(ROOT / "examples/company", company)
        _committed(company)
        _edit(
            company / "configurations/office.yml", ("port: 465", "port: 587"), ("security: tls", "security: starttls")
        )
        made["diff"] = drawn("diff", "mailspec diff HEAD", in_a_terminal([program, "diff", "HEAD"], company))
    return {FOLDER / f"{name}.svg": svg for name, svg in made.items()}


def main() -> int:
    """Write every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, svg in pictures().items():
        path.write_text(svg, encoding="utf-8")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
