"""Tells people what needs them: a command of theirs, a message of ours, or both (``delivery.alert``)."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from time import monotonic

from mailspec.delivery.events import ALERTS, Event
from mailspec.secrets.command_run import find_program

# A thousand dead letters are one alert a minute, with their number.
EVERY = 60.0
_SECONDS = 30.0


class Alerts:
    """Raises alerts, at most one of a kind and configuration a minute; what came between is counted.

    ``command`` is an argument list, run without a shell, with the event as JSON on its standard input. ``mail`` puts a
    message in the queue. ``failed`` is told why an alert could not be raised.
    """

    def __init__(
        self,
        command: Sequence[str] | None,
        mail: Callable[[str, str], None] | None,
        failed: Callable[[str], None],
        every: float = EVERY,
    ) -> None:
        self._command = list(command or ())
        self._mail = mail
        self._failed = failed
        self._every = every
        self._lock = threading.Lock()
        self._last: dict[tuple[str, str], float] = {}
        self._missed: dict[tuple[str, str], int] = {}

    def __call__(self, event: Event) -> None:
        """Raise an alert where the event is one; never raises and never keeps the caller waiting."""
        if event.kind not in ALERTS or not (self._command or self._mail):
            return
        key = (event.kind, event.fields.get("configuration") or "")
        with self._lock:
            now = monotonic()
            if now - self._last.get(key, -self._every) < self._every:
                self._missed[key] = self._missed.get(key, 0) + 1
                return
            self._last[key] = now
            missed = self._missed.pop(key, 0)
        threading.Thread(target=self._raise, args=(event, missed), name="alert", daemon=True).start()

    def _raise(self, event: Event, missed: int) -> None:
        more = f" (and {missed} more of this kind since the last alert)" if missed else ""
        if self._command:
            payload = {"version": 1, "kind": event.kind, "message": event.message + more, "fields": dict(event.fields)}
            self._run({**payload, "more": missed})
        if self._mail is not None:
            try:
                self._mail(f"mailspec: {event.kind.replace('_', ' ')}", f"{event.message}{more}\n")
            except Exception as error:
                # Whatever hinders the alert must not hinder the mail; the text could hold a secret.
                self._failed(f"the alert could not be put into the queue ({type(error).__name__})")

    def _run(self, payload: dict[str, object]) -> None:
        program = find_program(self._command[0], os.environ.get("PATH", os.defpath))
        if program is None:
            self._failed(f"the alert command {self._command[0]!r} is not on the PATH")
            return
        try:
            done = subprocess.run(
                self._command,
                executable=program,
                input=json.dumps(payload).encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            self._failed(f"the alert command {self._command[0]!r} could not be run ({type(error).__name__})")
            return
        if done.returncode != 0:
            self._failed(f"the alert command {self._command[0]!r} ended with {done.returncode}")
