"""A time limit for calls of libraries that have none, or none for the whole of a call."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

SECONDS = 10.0  # for any one secret; who waits longer is told so


class Patience:
    """Calls functions in a thread that is given up when the time is over.

    A thread cannot be ended from outside, so while one that was given up still hangs, no other is started: a locked
    keyring costs its time limit once, not once for each of a thousand people.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._hanging: Thread | None = None

    def call(self, function: Callable[[], T]) -> T:
        """Return what the function returns, and raise what it raises.

        Raises:
            TimeoutError: it did not end in time, or an earlier one still hangs.
        """
        if self._hanging is not None and self._hanging.is_alive():
            raise TimeoutError
        returned: list[T] = []
        raised: list[BaseException] = []

        def run() -> None:
            try:
                returned.append(function())
            except BaseException as error:
                raised.append(error)

        thread = Thread(target=run, daemon=True)
        thread.start()
        thread.join(self.seconds)
        if raised:
            raise raised[0]
        if not returned:
            self._hanging = thread
            raise TimeoutError
        return returned[0]
