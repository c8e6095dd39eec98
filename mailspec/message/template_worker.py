"""Renders one template in a process of its own: ``python -m mailspec.message.template_worker``.

A template may come from a stranger. The sandbox keeps it from files and from Python's insides, but not from looping or
from making a text of any length; this process has limits, and ends. Standard input is JSON: ``name``, ``texts`` (every
template that is needed), ``subject`` (or null) and ``sample``; standard output is JSON: ``parts`` or ``trouble``.
With ``samples``, a list, it is a list of those. With ``document`` the template is no message: ``parts`` is its text.
Where its time is up it still says at which line, unless one single operation has taken it all.
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from typing import Any

from mailspec.files.json_text import read_json
from mailspec.message.template_render import TooMuchError, document, render

SECONDS = 2  # of computing time; a second later the process is ended
MEMORY = 512 * 1024 * 1024  # bytes
LARGEST = 4 * 1024 * 1024  # characters of what is printed


def limit() -> None:
    """Give this process its limits, where the system knows them."""
    try:
        import resource
    except ImportError:
        return
    signal.signal(signal.SIGXCPU, _late)
    with contextlib.suppress(ValueError, OSError):
        used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS, used + SECONDS + 1))
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def _late(_number: int, _frame: object) -> None:
    raise TooMuchError(f"it takes more than {SECONDS} seconds of computing: look for a loop at this line")


def main() -> None:
    """Read what is asked for, render it, print it."""
    from mailspec.message.template import read_from

    asked = read_json(sys.stdin.read())
    limit()
    read = read_from(asked["texts"])
    made = []
    for sample in asked["samples"] if "samples" in asked else [asked["sample"]]:
        answer: dict[str, Any]
        if asked.get("document"):
            text = document(asked["name"], read, sample)
            answer = {"parts": text} if isinstance(text, str) else {"trouble": text._asdict()}
        else:
            one = render(asked["name"], read, asked["subject"], sample)
            answer = {"trouble" if hasattr(one, "kind") else "parts": one._asdict()}
        if len(json.dumps(answer)) > LARGEST:
            answer = {"trouble": {"kind": "failed", "message": "what it gives is too long", "name": asked["name"]}}
        made.append(answer)
    sys.stdout.write(json.dumps(made if "samples" in asked else made[0]))


if __name__ == "__main__":
    main()
