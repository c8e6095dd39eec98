"""Work that several processes share: each gets a copy of this one, and sends back plain data."""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

MOST_PROCESSES = 4
# Of fewer findings each process would have too little to show.
LEAST = 1000

T = TypeVar("T")
R = TypeVar("R")


def spread(
    items: Sequence[T], least: int, here: Callable[[Sequence[T]], R], there: Callable[[Sequence[T]], Any]
) -> tuple[R, list[tuple[Sequence[T], Any]]]:
    """Cut the items into parts; do the first one ``here``, and the others in a process each.

    Returns what was done here, and each other part with the plain data that ``there`` made of it, None where there was
    no process or it failed. There is one part where there are fewer items than ``least``, or where forking is not safe.
    """
    number = _processes() if len(items) >= max(least, 2) else 1
    length = max(1, -(-len(items) // number))
    first, *parts = [items[start : start + length] for start in range(0, len(items), length)] or [items]
    started = [_start(part, there) for part in parts]
    done = here(first)
    return done, [(part, process and _answer(*process)) for part, process in zip(parts, started, strict=True)]


def each(function: Callable[[T], str], items: Iterable[T]) -> list[str]:
    """Return the text that a function makes of each item, in order."""

    def all_of(part: Sequence[T]) -> list[str]:
        return [function(item) for item in part]

    done, others = spread(list(items), LEAST, all_of, all_of)
    for part, answer in others:
        done.extend(all_of(part) if answer is None else answer)
    return done


def _processes() -> int:
    # A thread of the caller's may hold a lock that nobody would free in the new process.
    threads = sys.modules.get("threading")
    if not hasattr(os, "fork") or (threads is not None and threads.active_count() > 1):
        return 1
    return max(1, min(MOST_PROCESSES, len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1))


def _start(part: Sequence[T], there: Callable[[Sequence[T]], Any]) -> tuple[int, int] | None:
    """Start a process; return its number and where its answer comes from, None where the system allows no more."""
    try:
        receiving, sending = os.pipe()
    except OSError:
        return None
    try:
        process = os.fork()
    except OSError:
        os.close(receiving)
        os.close(sending)
        return None
    if process:
        os.close(sending)
        return process, receiving
    try:
        os.close(receiving)
        with open(sending, "wb") as stream:
            marshal.dump(there(part), stream)
    finally:
        # Nothing of the parent's may be written or cleaned up here, whatever happened.
        os._exit(0)


def _answer(process: int, pipe: int) -> Any:
    with open(pipe, "rb") as stream:
        sent = stream.read()
    with suppress(ChildProcessError):
        # Whoever started mailspec may have had its children waited for by nobody (SIGCHLD ignored).
        os.waitpid(process, 0)
    try:
        # What is read came through a pipe that only a process of our own has. An answer that is not whole is none.
        return marshal.loads(sent)  # noqa: S302
    except (EOFError, ValueError, TypeError):
        return None
