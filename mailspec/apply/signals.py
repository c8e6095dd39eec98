"""SIGINT, SIGTERM and SIGHUP during an apply: undo first, then end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mailspec.outcome.exits import Exit

_CAUGHT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal asks to stop. Not an ``Exception``, so that nothing on the way swallows it."""


class Interrupts:
    """Notes the first signal. It stops a wait at once, a write only between two steps, and never a commit."""

    def __init__(self) -> None:
        self.exit: Exit | None = None
        self._waiting = False

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Catch the signals. Outside the main thread Python lets nobody do so; then the defaults stay."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {number: signal.signal(number, self._note) for number in _CAUGHT}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Mark a part that changes nothing and may be left anywhere."""
        self._waiting = True
        try:
            self.check()
            yield
        finally:
            self._waiting = False
        self.check()

    def check(self) -> None:
        """Stop here if a signal has come. Raises ``Interrupted``."""
        if self.exit is not None:
            raise Interrupted

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.exit = self.exit or (Exit.INTERRUPTED if number == signal.SIGINT else Exit.TERMINATED)
        if self._waiting:
            raise Interrupted
