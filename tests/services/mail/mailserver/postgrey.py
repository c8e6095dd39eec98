"""postgrey, the greylisting policy service: a stranger's first try is refused, one a second later taken."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import chown

from mailserver.processes import answers, start

DELAY = 1


def run(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start it on a loopback port."""
    folder.mkdir(mode=0o755)
    chown(folder, "postgrey", "postgrey")
    command: list[str | Path] = [
        "postgrey",
        f"--inet=127.0.0.1:{port}",
        f"--dbdir={folder}",
        "--user=postgrey",
        "--group=postgrey",
        f"--delay={DELAY}",
    ]
    return start(command, folder / "out.log", lambda: answers(port))
