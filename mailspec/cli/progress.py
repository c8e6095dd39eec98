"""What is being waited for: said on a terminal as soon as a step takes over a second, and gone when it is done."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mailspec.cli.streams import drawn, is_terminal, set_aside
from mailspec.text.escape import terminal

AFTER = 1.0
_STEPS = {
    "lock": "Waiting for the lock",
    "preflight": "Signing in to the server",
    "test": "Sending the test message",
    "write": "Writing the targets",
}


@contextmanager
def show_progress(label: str = "", *, wanted: bool = True) -> Iterator[Callable[[str], None]]:
    """Give a function that takes the name of the step that begins.

    Says nothing where ``wanted`` is false, where standard error is no terminal, or where the terminal cannot take a
    line back (``TERM=dumb``).
    """
    stream = sys.stderr
    if not wanted or stream is None or not is_terminal(stream) or os.environ.get("TERM") == "dumb":
        yield lambda _step: None
        return
    ended, begun = threading.Event(), threading.Event()
    words = [label]

    def tick() -> None:
        waited = 0
        while not ended.wait(AFTER):
            waited = 1 if begun.is_set() else waited + 1
            begun.clear()
            if words[0]:
                with set_aside():
                    stream.write(f"{terminal(words[0])} ... {waited} s")
                    stream.flush()
                    drawn.append(stream)
        with set_aside():
            pass

    def step(name: str) -> None:
        words[0] = _STEPS.get(name, name)
        begun.set()

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield step
    finally:
        ended.set()
        thread.join()
