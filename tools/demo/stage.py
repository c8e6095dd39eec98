"""Shows commands as a person would see them: what is typed, then what it answers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from email import message_from_bytes, policy
from pathlib import Path

BOLD, DIM, GREEN, RED, PLAIN = "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m"


class Stage:
    """Runs each step and remembers what went otherwise than expected."""

    def __init__(self, folder: Path, hidden: Sequence[str]) -> None:
        self.folder = folder
        self.hidden = hidden
        self.problems: list[str] = []
        self.colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def say(self, text: str) -> None:
        """Explain the next step."""
        print(f"\n{self._paint(BOLD, text)}", flush=True)

    def run(self, *args: str, expect: int = 0, env: Mapping[str, str] | None = None, lines: int | None = None) -> None:
        """Run mailspec, show its output (the first ``lines``), and note an exit code that is not the expected one."""
        head = [f"| head -n {lines}"] if lines else []
        shown = " ".join([*(f"{name}=..." for name in env or {}), "mailspec", *args, *head])
        print(self._paint(GREEN, f"$ {shown}"), flush=True)
        done = subprocess.run(
            [Path(sys.executable).with_name("mailspec"), *args],
            cwd=self.folder,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        for secret in self.hidden:
            if secret in done.stdout:
                self.problems.append(f"mailspec {args[0]} showed the password")
        self._indent("\n".join(done.stdout.splitlines()[:lines]))
        if expect:
            print(self._paint(DIM, f"  (exit code {done.returncode})"))
        if done.returncode != expect:
            self.problems.append(f"mailspec {' '.join(args)}: exit code {done.returncode}, {expect} expected")

    def show(self, path: Path) -> None:
        """Show a written file with its mode, the passwords in it covered."""
        relative = os.path.relpath(path, self.folder)
        print(self._paint(GREEN, f"$ ls -l {relative}; cat {relative}"))
        if not path.is_file():
            self.problems.append(f"{relative} was not written")
            return
        text = path.read_text()
        for secret in self.hidden:
            text = text.replace(secret, "******** (the password stands here; the demo covers it)")
        mode = path.stat().st_mode & 0o777
        self._indent(f"mode {mode:04o}\n{text}")
        if mode != 0o600:
            self.problems.append(f"{relative} has mode {mode:04o}")

    def head(self, path: Path) -> None:
        """Show who sent a message to whom, and its text."""
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))
        lines = [f"{name}: {message[name]}" for name in ("From", "To", "Subject", "Date") if message[name]]
        self._indent("\n".join([*lines, "", *(body.get_content() if body else "").splitlines()[:12]]))

    def close(self) -> int:
        """Say how the walk ended; return the script's exit code."""
        print()
        for problem in self.problems:
            print(self._paint(RED, f"demo: {problem}"))
        if not self.problems:
            print("All steps went as told. What was made stays there to look at; the example is unchanged.")
        return 1 if self.problems else 0

    def _paint(self, style: str, text: str) -> str:
        return f"{style}{text}{PLAIN}" if self.colour else text

    def _indent(self, text: str) -> None:
        for line in text.rstrip("\n").splitlines():
            print(f"  {line}".rstrip())
