"""SIGINT, SIGTERM and SIGHUP during an apply: undo first, then end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from mailspec.outcome.exits import Exit

# Windows has no SIGHUP.
_CAUGHT = ("SIGINT", "SIGTERM", "SIGHUP")


class Interrupted(BaseException):
    """A signal asks to stop. Not an ``Exception``, so that nothing on the way swallows it."""


@contextmanager
def handled(names: tuple[str, ...], handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Handle these signals for a while; one that is ignored, as SIGHUP below ``nohup``, stays so.

    Outside the main thread Python lets nobody handle any; then all stays as it is.
    """
    former: dict[int, object] = {}
    try:
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, name) for name in names if hasattr(signal, name)):
                if signal.getsignal(number) is not signal.SIG_IGN:
                    former[number] = signal.signal(number, handler)
        yield
    finally:
        for number, before in former.items():
            # One that was not set from Python cannot be put back; the default is the nearest.
            signal.signal(number, signal.SIG_DFL if before is None else before)  # type: ignore[arg-type]


class Interrupts:
    """Notes the first signal. It stops a wait at once, a write only between two steps, and never a commit."""

    def __init__(self) -> None:
        self.exit: Exit | None = None
        self._waiting = False

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Catch the signals that nobody chose to ignore."""
        with handled(_CAUGHT, self._note):
            yield

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
