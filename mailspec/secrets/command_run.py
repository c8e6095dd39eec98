"""Runs a program for the one thing it prints: no shell, a time limit, a limit of bytes.

What the program says on its standard error is thrown away, never shown: a script that traces itself would print the
secret there.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from time import monotonic
from typing import IO, NamedTuple

from mailspec.secrets.base import SecretProblem
from mailspec.secrets.limited import SECONDS
from mailspec.secrets.paths import LIMIT


class Finished(NamedTuple):
    """A program that ended in time: its exit status (negative: the signal that ended it) and its output."""

    status: int
    out: bytes


def run(
    argv: Sequence[str],
    folder: Path,
    environ: Mapping[str, str],
    *,
    seconds: float = SECONDS,
    limit: int = LIMIT,
    given: bytes = b"",
) -> Finished | SecretProblem:
    """Run a program in a folder with exactly this environment, and return how it ended or why it did not.

    ``given`` is what it may read from its standard input.
    """
    name = argv[0]
    program = find_program(name, environ.get("PATH", os.defpath))
    if program is None:
        if "/" in name and not os.path.isabs(name):
            return SecretProblem("unavailable_backend", f"the program {name} is named by a relative path", _ABSOLUTE)
        return SecretProblem("unavailable_backend", f"the program {name} is not installed or not on the PATH")
    if given:
        try:
            # Not by a pipe: it could be full while the program waits for its output to be read.
            with tempfile.TemporaryFile() as source:
                source.write(given)
                source.seek(0)
                process = _started(argv, program, folder, environ, source)
        except OSError as error:
            return SecretProblem(
                "unavailable_backend", f"{name} cannot be given its input: {error.strerror or 'error'}"
            )
    else:
        process = _started(argv, program, folder, environ, subprocess.DEVNULL)
    if isinstance(process, SecretProblem):
        return process
    with process:
        try:
            return _finished(process, monotonic() + seconds, limit)
        except TimeoutError:
            return SecretProblem("unreadable", f"the program {name} did not end within {seconds:g} seconds")
        except OverflowError:
            return SecretProblem("malformed", f"the program {name} printed more than {limit} bytes")
        finally:
            _end(process)


_ABSOLUTE = "name it by its absolute path, or by a name on the PATH: what the project brings along is not run"


def _started(
    argv: Sequence[str], program: str, folder: Path, environ: Mapping[str, str], source: IO[bytes] | int
) -> subprocess.Popen[bytes] | SecretProblem:
    name = argv[0]
    try:
        # A session of its own: the program cannot ask at the terminal, and its children end with it.
        return subprocess.Popen(
            list(argv),
            executable=program,
            cwd=folder,
            env=dict(environ),
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except FileNotFoundError:
        return SecretProblem("unavailable_backend", f"the program {name} is not installed or not on the PATH")
    except (OSError, ValueError) as error:
        reason = (error.strerror or "error") if isinstance(error, OSError) else "a malformed argument"
        return SecretProblem("unavailable_backend", f"the program {name} cannot be started: {reason}")


def find_program(name: str, path: str) -> str | None:
    """Return where a program is: an absolute path as it is, a name where PATH finds it, else ``None``.

    The program starts in the project's folder, so a relative path, or an empty or relative part of PATH, would let a
    change bring its own.
    """
    if os.path.isabs(name):
        return name
    if os.sep in name:
        return None
    parts = os.pathsep.join(part for part in path.split(os.pathsep) if os.path.isabs(part))
    return shutil.which(name, path=parts) if parts else None


def _finished(process: subprocess.Popen[bytes], deadline: float, limit: int) -> Finished:
    assert process.stdout is not None  # noqa: S101 - asked for above
    raw = b""
    with DefaultSelector() as ready:
        ready.register(process.stdout, EVENT_READ)
        while True:
            left = deadline - monotonic()
            if left <= 0 or not ready.select(left):
                raise TimeoutError
            piece = os.read(process.stdout.fileno(), limit)
            if not piece:
                break
            raw += piece
            if len(raw) > limit:
                raise OverflowError
    try:
        return Finished(process.wait(max(0.0, deadline - monotonic())), raw)
    except subprocess.TimeoutExpired:
        raise TimeoutError from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and what it started, where it still runs."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
