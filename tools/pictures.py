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


def draw(name: str, typed: str, written: str) -> None:
    """Write one picture."""
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, force_terminal=True)
        console.print(Text.from_ansi(f"$ {typed}\n{written.rstrip()}"))
    folder = ROOT / "docs/pictures"
    folder.mkdir(parents=True, exist_ok=True)
    svg = console.export_svg(title=typed, code_format=FRAME, unique_id=name)
    (folder / f"{name}.svg").write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n")
    print(f"docs/pictures/{name}.svg")


def main() -> int:
    """Draw a wrong port being found in the quickstart."""
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch) / "acme-hub"
        shutil.copytree(ROOT / "examples/quickstart", project)
        primary = project / "configurations/primary.yml"
        primary.write_text(primary.read_text().replace("port: 465", "port: 587"))
        program = str(Path(sys.executable).with_name("mailspec"))
        draw("validate", "mailspec validate", in_a_terminal([program, "validate"], project))
    return 0


if __name__ == "__main__":
    sys.exit(main())
