"""Crash states: the machine stops, and what was not made durable by fsync is lost, in part and out of order.

A run is stopped at one of its file operations. Of those that came before and that no fsync has made durable, any may be
missing on the disk; several choices are made and a recovery must find old or new settings whole each time. The files
keep their inodes, as on a disk. What the databases write is durable when they say so; that is for their own tests.

And one damaged byte anywhere in a state is a refusal in words, or makes no difference.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import stat
import traceback
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from mailspec.outcome.refusal import Refusal
from mailspec.state.commit import pending
from mailspec.state.errors import StateError
from mailspec.state.lease import info
from mailspec.state.store import history, open_state, snapshot
from mailspec.state.url import parse_url
from tools.killing.sweep import look
from tools.killing.world import Template, World, leftovers

STOPPED = 9


class Recorder:
    """Takes the place of the system's calls in this process; ``todo`` holds what no fsync has made durable.

    Nothing is thrown away: what a call removes goes to a folder beside, so that the removal can be lost.
    """

    def __init__(self, folder: Path, stop_at: int) -> None:
        self.folder = folder
        self.stop_at = stop_at
        self.count = 0
        self.todo: list[dict[str, Any]] = []
        self.files: dict[int, str] = {}
        self.grave = folder.with_name(folder.name + "-gone")
        self.grave.mkdir()
        calls = ("open", "close", "write", "fsync", "rename", "unlink", "fchmod")
        self.real = {name: getattr(os, name) for name in calls}
        for name in calls:
            setattr(os, name, getattr(self, name))

    def step(self) -> None:
        self.count += 1
        if self.count == self.stop_at:
            (self.grave / "todo.json").write_text(json.dumps(self.todo))
            os._exit(STOPPED)

    def ours(self, path: Any) -> str | None:
        text = os.path.abspath(os.fspath(path)) if not isinstance(path, int) else self.files.get(path)
        inside = text is not None and text.startswith(str(self.folder) + "/") and "/.mailspec" not in text
        return text if inside else None

    def open(self, path: Any, flags: int, *args: Any, **more: Any) -> int:
        name = self.ours(path)
        makes = name is not None and flags & os.O_CREAT and not os.path.lexists(name)
        if makes:
            self.step()
        handle: int = self.real["open"](path, flags, *args, **more)
        if name is not None:
            self.files[handle] = name
        if makes:
            self.todo.append({"do": "create", "names": [name]})
        return handle

    def close(self, handle: int) -> None:
        self.files.pop(handle, None)
        self.real["close"](handle)

    def write(self, handle: int, data: Any) -> int:
        name = self.ours(handle)
        if name is not None:
            self.step()
            self.todo.append({"do": "write", "names": [], "file": name, "size": os.fstat(handle).st_size})
        return int(self.real["write"](handle, data))

    def fchmod(self, handle: int, mode: int) -> None:
        name = self.ours(handle)
        if name is not None:
            self.step()
            before = stat.S_IMODE(os.fstat(handle).st_mode)
            self.todo.append({"do": "mode", "names": [], "file": name, "mode": before})
        self.real["fchmod"](handle, mode)

    def fsync(self, handle: int) -> None:
        name = self.ours(handle)
        if name is not None:
            self.step()
        self.real["fsync"](handle)
        if name is not None and os.path.isdir(name):
            self.todo = [op for op in self.todo if not op["names"] or os.path.dirname(op["names"][0]) != name]
        elif name is not None:
            self.todo = [op for op in self.todo if op.get("file") != name]

    def rename(self, path: Any, to: Any) -> None:
        name, other = self.ours(path), self.ours(to)
        if name is None or other is None:
            self.real["rename"](path, to)
            return
        self.step()
        gone = self._bury(other)
        self.real["rename"](path, to)
        for op in self.todo:
            if op.get("file") == name:
                op["file"] = other
        self.todo.append({"do": "rename", "names": [name, other], "gone": gone})

    def unlink(self, path: Any, **more: Any) -> None:
        name = self.ours(path)
        if name is None:
            self.real["unlink"](path, **more)
            return
        if os.path.lexists(name):
            self.step()
            self.todo.append({"do": "unlink", "names": [name], "gone": self._bury(name)})
        else:
            self.real["unlink"](path)

    def _bury(self, name: str) -> str | None:
        if not os.path.lexists(name):
            return None
        place = str(self.grave / str(self.count))
        self.real["rename"](name, place)
        return place


def lose(todo: list[dict[str, Any]], chance: random.Random, share: float) -> None:
    """Undo what is lost. An operation on a name is lost with any earlier one on that name that is."""
    lost: list[dict[str, Any]] = []
    names: set[str] = set()
    for op in todo:
        if chance.random() < share or names & set(op["names"]) or op.get("file") in names:
            lost.append(op)
            names |= set(op["names"])
    for op in reversed(lost):
        first, last = (op["names"] or [op["file"]])[0], (op["names"] or [op["file"]])[-1]
        if op["do"] == "create":
            os.unlink(first)
        elif op["do"] == "write" and os.path.exists(last):
            os.truncate(last, chance.randint(op["size"], os.path.getsize(last)) if share < 1 else op["size"])
        elif op["do"] == "mode" and os.path.exists(last):
            os.chmod(last, op["mode"])
        elif op["do"] == "rename":
            os.rename(last, first)
        if op.get("gone"):
            os.rename(op["gone"], last)


def crash(world: World, mode: str, stop_at: int) -> tuple[int, int]:
    """Run a mode in a fork, stopped before one operation (0: never); return the exit status and the operations."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        recorder = Recorder(world.folder, stop_at)
        with redirect_stdout(io.StringIO()):
            world.here(mode)
        recorder.real["write"](writing, str(recorder.count).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        count = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), int(count or 0)


def crashes(
    template: Template, scratch: Path, mode: str, choices: int = 6, every: int = 1
) -> Iterator[tuple[str, str]]:
    """Yield each crash state of a run with what was wrong: stopped at each operation, with several choices of loss."""
    _, count = crash(_copy(template, scratch / "count"), mode, 0)
    _remove(scratch / "count")
    for stop_at in range(1, count + 1, every):
        for choice in range(choices):
            world = _copy(template, scratch / "case")
            crash(world, mode, stop_at)
            yield f"{mode} stopped at {stop_at}, choice {choice}", _recovered(world, choice)
            _remove(world.folder)


def twice(template: Template, scratch: Path, choices: int = 3) -> Iterator[tuple[str, str]]:
    """Yield crash states of a recovery after a crash at one operation of each stretch of an apply."""
    seen: set[tuple[str, ...]] = set()
    _, count = crash(_copy(template, scratch / "count"), "apply", 0)
    _remove(scratch / "count")
    for first in range(1, count + 1):
        world = _copy(template, scratch / "case")
        crash(world, "apply", first)
        stretch = tuple(leftovers(world))
        _lost(world, random.Random(first), 0.0)
        _, steps = crash(world, "recover", 0)
        _remove(world.folder)
        if stretch in seen:
            continue
        seen.add(stretch)
        for second in range(1, steps + 1):
            for choice in range(choices):
                world = _copy(template, scratch / "case")
                crash(world, "apply", first)
                _lost(world, random.Random(first), 0.0)
                crash(world, "recover", second)
                yield f"apply stopped at {first}, recovery at {second}, choice {choice}", _recovered(world, choice)
                _remove(world.folder)


def _recovered(world: World, choice: int) -> str:
    try:
        # All, none, or about half of what is not durable.
        _lost(world, random.Random(choice), {0: 1.0, 1: 0.0}.get(choice, 0.5))
        return look(world, "")[0]
    except AssertionError as error:
        return f"mixture: {error}"
    except Exception:
        return f"traceback: {traceback.format_exc()[-2000:]}"


def _lost(world: World, chance: random.Random, share: float) -> None:
    grave = world.folder.with_name(world.folder.name + "-gone")
    todo = grave / "todo.json"
    if todo.exists():
        lose(json.loads(todo.read_text()), chance, share)
    shutil.rmtree(grave)


def _copy(template: Template, folder: Path) -> World:
    return template.copy(folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(folder.with_name(folder.name + "-gone"), ignore_errors=True)


def flips(template: Template, scratch: Path, count: int) -> Iterator[tuple[str, str]]:
    """Yield what became of a state with one byte changed; the words are empty where it was read or refused."""
    whole = (template.world.folder / ".mailspec/state.sqlite").read_bytes()
    file = scratch / "flips/.mailspec/state.sqlite"
    file.parent.mkdir(parents=True)
    chance = random.Random(1)
    for _ in range(count):
        at, other = chance.randrange(len(whole)), chance.randrange(1, 256)
        damaged = bytearray(whole)
        damaged[at] ^= other
        file.write_bytes(damaged)
        url = parse_url(None, scratch / "flips")
        assert not isinstance(url, Refusal)
        wrong = ""
        for part in (snapshot, history, pending, info):
            try:
                part(open_state(url, template.world.instance, None))
            except StateError as error:
                wrong = wrong or ("" if error.refusal.message else "a refusal without words")
            except Exception:
                wrong = f"traceback: {traceback.format_exc()[-1500:]}"
        yield f"byte {at} ^ {other}", wrong
