"""One program's folder, and what is known of a program that is made to send."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".tools/targets"
SCRIPTS = ROOT / "tools/targets/programs"
RECIPIENT = "bob@outside.example"
SENDER = "team@acme.example"


@dataclass
class Scene:
    """A folder for one program, with the authority that it is to trust."""

    folder: Path
    ca_file: Path
    log: str = ""

    @property
    def path(self) -> Path:
        return self.folder / "settings"

    def run(
        self, *command: str | Path, env: Mapping[str, str] | None = None, text: str = "", seconds: float = 40
    ) -> int:
        """Run a program to its end; what it says is kept for the assertion's message."""
        try:
            done = subprocess.run(
                [str(part) for part in command],
                cwd=self.folder,
                env={**os.environ, "SSL_CERT_FILE": str(self.ca_file), **(env or {})},
                input=text,
                capture_output=True,
                text=True,
                check=False,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            self.log += "timeout\n"
            return 124
        self.log += done.stdout[-3000:] + done.stderr[-3000:]
        return done.returncode


Send = Callable[[Scene], int]


@dataclass(frozen=True)
class Program:
    """``target`` are the words of its target; ``send`` sends one message; ``needs`` are files that must be there.

    ``outcomes`` are the features that end otherwise than the safe way; ``before`` is a file that was there already.
    """

    name: str
    target: str
    send: Send
    needs: tuple[Path | str, ...] = ()
    outcomes: Mapping[str, str] = field(default_factory=dict)
    before: str | None = None
    ports: Mapping[str, int] = field(default_factory=dict)
    host: str = "localhost"
    prepare: Callable[[Scene], None] | None = None
    proof: str = "the program itself"

    @property
    def missing(self) -> str | None:
        lacking = [str(part) for part in self.needs if not (Path(part).exists() or shutil.which(str(part)))]
        return f"not installed: {', '.join(lacking)}" if lacking else None


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    for _ in range(100):
        if process.poll() is not None:
            return False
        with suppress(OSError):
            urllib.request.urlopen(url, timeout=2).close()
            return True
        time.sleep(0.2)
    return False
