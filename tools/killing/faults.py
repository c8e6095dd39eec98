"""Faults of the system at every call that writes: EIO, ENOSPC, EROFS, EMFILE and EINTR, once or from there on.

Usage: ``python -m tools.killing.faults sqlite|postgres [EVERY [EVERY-OF-RECOVERIES]]``. The process starts itself again
with a library of a few lines (faults.c) before the system's own, so that what SQLite, PostgreSQL's client and Python
call all fail alike. Each case runs in a fork; afterwards nothing fails any more, and a recovery must find old or new
settings whole.
"""

from __future__ import annotations

import ctypes
import errno
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from typing import NamedTuple

from mailspec.outcome.secret import Secret
from mailspec.secrets.base import SecretProblem
from mailspec.secrets.store import store
from mailspec.state.errors import StateError
from tools.killing.databases import postgres, running_server, sqlite
from tools.killing.sweep import look
from tools.killing.world import NEW, OLD, Template, World, holds, leftovers

CODES = (errno.EIO, errno.ENOSPC, errno.EROFS, errno.EMFILE, errno.EINTR)
KILL = -1
# What a command may end with: nothing changed, refused, rolled back, in part.
ENDS = {0, 1, 5, 6, 8}


class Fault(NamedTuple):
    """The ``at``th call fails with ``code``; with ``lasting`` every later one too. At 0 nothing fails."""

    at: int = 0
    code: int = 0
    lasting: bool = False

    def __str__(self) -> str:
        return f"{errno.errorcode.get(self.code, 'kill')} at call {self.at}{' and on' if self.lasting else ''}"


class Ended(NamedTuple):
    """How a run in a fork ended: its exit code (``None``: killed), what it said, a traceback, the calls it made."""

    code: int | None
    output: str = ""
    trace: str = ""
    calls: int = 0


def library() -> Path:
    """Compile faults.c into the project's folder of tools, once for each version of it."""
    source = Path(__file__).with_name("faults.c")
    made = Path(tempfile.gettempdir()) / f"mailspec-faults-{os.getuid()}-{source.stat().st_mtime_ns}.so"
    if not made.exists():
        part = made.with_suffix(f".{os.getpid()}")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", part, source, "-ldl"], check=True)
        part.rename(made)
    return made


def run(below: Path, fault: Fault, action: Callable[[], tuple[int, str]]) -> Ended:
    """Run an action in a fork, with calls below a path failing."""
    shim = ctypes.CDLL(None)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        output, trace, code = io.StringIO(), "", 3
        with redirect_stdout(output), redirect_stderr(output):
            shim.mailspec_arm(os.fsencode(below), ctypes.c_long(fault.at), fault.code, int(fault.lasting))
            try:
                code, _ = action()
            except BaseException:
                trace = traceback.format_exc()
            calls = shim.mailspec_disarm()
        os.write(writing, json.dumps([code, output.getvalue()[-2000:], trace[-3000:], calls]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return Ended(*json.loads(answer)) if answer else Ended(None)


def judge(world: World, ended: Ended, before: str, after: str) -> str:
    """Return what is wrong with a run that met a fault, and with the recovery that follows; empty for nothing."""
    if ended.trace:
        return f"traceback: {ended.trace}"
    if ended.code not in ENDS:
        return f"exit code {ended.code}: {ended.output}"
    try:
        if ended.code != 8:
            wanted = {0: after}.get(ended.code, before)
            # Whether it says that it changed nothing or everything, that is how it is before any recovery.
            assert holds(world) == wanted, f"exit code {ended.code}, but {holds(world)} holds: {ended.output}"
        wrong, _ = look(world, "")
    except AssertionError as error:
        return f"mixture: {error}"
    except Exception:
        return f"traceback in the recovery: {traceback.format_exc()[-2000:]}"
    return f"not recovered: {wrong} (exit code {ended.code}: {ended.output})" if wrong else ""


def sweep(template: Template, scratch: Path, mode: str, every: int) -> Iterator[tuple[Fault, str]]:
    """Yield each fault of a run with what was wrong."""
    ports = (OLD, NEW)
    for fault in _faults(_calls(template, scratch, mode, 0), every):
        world = template.copy(scratch / "case")
        ended = run(world.folder, fault, partial(_quiet, world, mode))
        yield fault, judge(world, ended, *ports)
        shutil.rmtree(world.folder)


def recoveries(template: Template, scratch: Path, every: int) -> Iterator[tuple[Fault, str]]:
    """Yield each fault of a recovery, after an apply was killed at one call of each stretch."""
    seen: set[tuple[str, ...]] = set()
    for at in range(1, _calls(template, scratch, "apply", 0) + 1):
        world = template.copy(scratch / "probe")
        run(world.folder, Fault(at, KILL), partial(_quiet, world, "apply"))
        stretch = tuple(leftovers(world))
        shutil.rmtree(world.folder)
        if stretch in seen:
            continue
        seen.add(stretch)
        for fault in _faults(_calls(template, scratch, "recover", at), every):
            world = template.copy(scratch / "case")
            run(world.folder, Fault(at, KILL), partial(_quiet, world, "apply"))
            ended = run(world.folder, fault, partial(_quiet, world, "recover"))
            wrong = f"traceback: {ended.trace}" if ended.trace else ""
            try:
                wrong = wrong or look(world, "")[0]
            except AssertionError as error:
                wrong = f"mixture: {error}"
            except Exception:
                wrong = f"traceback in the recovery: {traceback.format_exc()[-2000:]}"
            yield fault, wrong
            shutil.rmtree(world.folder)


def secrets(scratch: Path, every: int) -> Iterator[tuple[Fault, str]]:
    """Yield each fault of storing a secret in a file with what was wrong."""
    old, new = "old-secret\n", "new-secret\n"

    def put(folder: Path) -> tuple[int, str]:
        problem = store({"file": "hub"}, Secret(new.strip()), folder, {})
        return (1 if isinstance(problem, SecretProblem) else 0), ""

    def fresh() -> Path:
        folder = scratch / "secrets"
        folder.mkdir()
        (folder / "hub").write_text(old)
        (folder / "hub").chmod(0o600)
        return folder

    folder = fresh()
    calls = run(folder, Fault(), lambda: put(folder)).calls
    shutil.rmtree(folder)
    for fault in _faults(calls, every):
        folder = fresh()
        ended = run(folder, fault, lambda folder=folder: put(folder))
        text = (folder / "hub").read_text()
        wrong = f"traceback: {ended.trace}" if ended.trace else ""
        if not wrong and text not in (old, new):
            wrong = f"mixture: {text!r}"
        if not wrong and ended.code == 0 and text != new:
            wrong = "said to be stored, and the old one is there"
        put(folder)
        if not wrong and sorted(path.name for path in folder.iterdir()) != ["hub"]:
            wrong = f"left behind: {sorted(path.name for path in folder.iterdir())}"
        yield fault, wrong
        shutil.rmtree(folder)


def _quiet(world: World, mode: str) -> tuple[int, str]:
    try:
        code, output = world.here(mode)
    except StateError as error:
        # As the command line ends then.
        code, output = int(error.refusal.exit), error.refusal.message
    print(output)
    return code, output


def _calls(template: Template, scratch: Path, mode: str, killed_at: int) -> int:
    """Return how many calls a run makes; of a recovery, after a kill."""
    world = template.copy(scratch / "count")
    if killed_at:
        run(world.folder, Fault(killed_at, KILL), partial(_quiet, world, "apply"))
    calls = run(world.folder, Fault(), partial(_quiet, world, mode)).calls
    shutil.rmtree(world.folder)
    return calls


def _faults(calls: int, every: int) -> Iterator[Fault]:
    for at in range(1, calls + 1, every):
        for code in CODES:
            yield Fault(at, code)
            if code != errno.EINTR:
                yield Fault(at, code, lasting=True)


def main() -> int:
    """Run all and print the figures."""
    kind, every = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rarer = int(sys.argv[3]) if len(sys.argv) > 3 else every
    if not hasattr(ctypes.CDLL(None), "mailspec_arm"):
        os.environ["LD_PRELOAD"] = str(library())
        os.execv(sys.executable, [sys.executable, "-m", "tools.killing.faults", *sys.argv[1:]])
    failed = 0
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mailspec-faults-")))
        template = (
            sqlite(scratch / "template")
            if kind == "sqlite"
            else postgres(scratch / "template", stack.enter_context(running_server()))
        )
        parts = {
            "apply": lambda: sweep(template, scratch, "apply", every),
            "rollback": lambda: sweep(template, scratch, "rollback", every),
            "recovery": lambda: recoveries(template, scratch, rarer),
            "secret set": lambda: secrets(scratch, 1),
        }
        for name, part in parts.items():
            start, found = time.monotonic(), list(part())
            wrong = [(fault, words) for fault, words in found if words]
            mixtures = sum(words.startswith("mixture") for _, words in wrong)
            traces = sum("traceback" in words[:30] for _, words in wrong)
            share = 100 * (len(found) - len(wrong)) / max(len(found), 1)
            print(
                f"{kind}: {name}: {len(found)} faults, {mixtures} mixtures, {traces} tracebacks, {share:g} % recovered "
                f"({time.monotonic() - start:.0f} s)",
                flush=True,
            )
            for fault, words in wrong[:20]:
                print(f"  {fault}: {words}", flush=True)
            failed += len(wrong)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
