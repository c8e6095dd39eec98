"""What the ways of handing over have in common: who sends, how a program is run, and what it said."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from mailspec.message.sender import Sender
from mailspec.model.fields import DEFAULT_TIMEOUT
from mailspec.outcome.mail import Category


@dataclass(frozen=True, slots=True)
class LocalAccount:
    """Somebody whose mail a program of the machine sends. ``timeout`` is in seconds."""

    name: str
    kind: str
    sender: Sender
    timeout: float = DEFAULT_TIMEOUT


@dataclass(frozen=True, slots=True)
class Handover:
    """How it went: no ``category`` means that the program took the message. ``words`` is what it printed."""

    reason: str = ""
    category: Category | None = None
    detail: str | None = None
    words: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """A program's exit code and what it printed for people."""

    code: int
    words: str


# Enough of a program's words for a person.
_LONGEST = 4000


def run_program(arguments: Sequence[str], content: bytes, seconds: float) -> Ended | Handover:
    """Run a mail program with ``content`` on its standard input; a Handover where it could not run or did not end."""
    try:
        done = subprocess.run(
            list(arguments),
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Handover(f"it did not end within {seconds:g} seconds", "timeout", "local_client")
    except OSError as error:
        return Handover(f"it cannot be run: {error.strerror}", "config_invalid", "local_client")
    words = done.stdout.decode("utf-8", "replace").strip()
    return Ended(done.returncode, words[:_LONGEST])
