"""Work that several processes share: each gets a copy of this one, and sends back plain data."""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

MOST_PROCESSES = 4
# Items of a part. They pass through each step together, and then what the step needs is still in the processor's cache.
TOGETHER = 16
# So many tickets of two bytes each fit into a pipe before anybody reads.
_MOST_PARTS = 10_000
# Bytes of the number that tells how long a packed part is.
_LENGTH = 4
# Bytes that a pipe is asked to hold, so that nobody who writes waits for one who works; and Linux's number for it.
_HELD, _SET_SIZE = 1 << 20, 1031

T = TypeVar("T")
R = TypeVar("R")


def spread(
    items: Sequence[T],
    here: Callable[[Sequence[T]], list[R]],
    there: Callable[[Sequence[T]], Any],
    back: Callable[[Sequence[T], Any], list[R]],
) -> Iterator[R]:
    """Cut the items into parts, let each process do the next one until none is left, and yield all results in order.

    ``here`` does a part in this process, ``there`` does it in another one and returns plain data, of which ``back``
    makes results in this process. What the caller does with the first results is done while others still work. There
    is no other process where forking is not safe.
    """
    length = max(TOGETHER, -(-len(items) // _MOST_PARTS))
    parts = [items[start : start + length] for start in range(0, len(items), length)]
    number = _processes()
    try:
        tickets = _tickets(len(parts)) if number > 1 else None
    except OSError:
        tickets = None
    if tickets is None:
        for some in parts:
            yield from here(some)
        return
    done: dict[int, list[R]] = {}
    told = 0
    others = [other for _ in range(number - 1) if (other := _start(parts, tickets, there)) is not None]
    try:
        for taken in _taken(tickets):
            done[taken] = here(parts[taken])
            for other in others:
                done.update((part, back(parts[part], answer)) for part, answer in other.arrived())
            while told in done:
                yield from done.pop(told)
                told += 1
        for other in others:
            done.update((part, back(parts[part], answer)) for part, answer in other.rest())
    finally:
        os.close(tickets)
        # Each process holds what was open when it started, so that all must be left before one is waited for.
        for leave in (_Other.close, _Other.wait):
            for other in others:
                leave(other)
    for part in range(told, len(parts)):
        # What a process took that failed is done here.
        yield from done.pop(part, None) or here(parts[part])


def _processes() -> int:
    # A thread of the caller's may hold a lock that nobody would free in the new process.
    threads = sys.modules.get("threading")
    if not hasattr(os, "fork") or (threads is not None and threads.active_count() > 1):
        return 1
    return max(1, min(MOST_PROCESSES, len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1))


def _tickets(number: int) -> int:
    """Return a file with a number for each part; whoever reads one does that part.

    Raises:
        OSError: the system allows no more open files.
    """
    reading, writing = os.pipe()
    os.write(writing, b"".join(part.to_bytes(2, "little") for part in range(number)))
    os.close(writing)
    return reading


def _taken(tickets: int) -> Iterator[int]:
    while ticket := os.read(tickets, 2):
        yield int.from_bytes(ticket, "little")


class _Other:
    """Another process, and what came from it."""

    def __init__(self, process: int, pipe: int) -> None:
        self._process = process
        self._pipe = pipe
        self._received = bytearray()
        os.set_blocking(pipe, False)

    def arrived(self) -> Iterator[tuple[int, Any]]:
        """Yield the number of each part that has come whole since, and what was made of it."""
        with suppress(BlockingIOError):
            while received := os.read(self._pipe, _HELD):
                self._received += received
        start, whole = 0, self._received
        while start + _LENGTH <= len(whole):
            stop = start + _LENGTH + int.from_bytes(whole[start : start + _LENGTH], "little")
            if stop > len(whole):
                break
            try:
                # This came through a pipe that only a process of our own has.
                yield marshal.loads(whole[start + _LENGTH : stop])  # noqa: S302
            except (EOFError, ValueError, TypeError):
                # An answer that is not whole is none.
                break
            start = stop
        del whole[:start]

    def rest(self) -> Iterator[tuple[int, Any]]:
        """Wait until the process has no more to send, and yield what came since; nothing from where it failed."""
        os.set_blocking(self._pipe, True)
        yield from self.arrived()

    def close(self) -> None:
        """Read no more: whoever writes to nobody ends."""
        os.close(self._pipe)

    def wait(self) -> None:
        """Wait for the process to end."""
        with suppress(ChildProcessError):
            # Whoever started mailspec may have had its children waited for by nobody (SIGCHLD ignored).
            os.waitpid(self._process, 0)


def _start(parts: Sequence[Sequence[T]], tickets: int, there: Callable[[Sequence[T]], Any]) -> _Other | None:
    """Start a process that does parts; None where the system allows no more."""
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
        return _Other(process, receiving)
    try:
        os.close(receiving)
        _enlarge(sending)
        with open(sending, "wb", buffering=0) as stream:
            for part in _taken(tickets):
                packed = marshal.dumps((part, there(parts[part])))
                stream.write(len(packed).to_bytes(_LENGTH, "little") + packed)
    finally:
        # Nothing of the parent's may be written or cleaned up here, whatever happened.
        os._exit(0)


def _enlarge(pipe: int) -> None:
    if sys.platform == "linux":
        from fcntl import fcntl

        # Where that is more than the system allows, some wait a little.
        with suppress(OSError):
            fcntl(pipe, _SET_SIZE, _HELD)
