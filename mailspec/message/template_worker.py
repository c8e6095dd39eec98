"""Renders one template in a process of its own: ``python -m mailspec.message.template_worker``.

A template may come from a stranger. The sandbox keeps it from files and from Python's insides, but not from looping or
from making a text of any length; this process has limits, and ends. Standard input is JSON: ``name``, ``texts`` (every
template that is needed), ``subject`` (or null) and ``sample``; standard output is JSON: ``parts`` or ``trouble``.
"""

from __future__ import annotations

import contextlib
import json
import sys

SECONDS = 5  # of computing time
MEMORY = 512 * 1024 * 1024  # bytes
LARGEST = 4 * 1024 * 1024  # characters of what is printed


def limit() -> None:
    """Give this process its limits, where the system knows them."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Read what is asked for, render it, print it."""
    from mailspec.message.template import read_from
    from mailspec.message.template_render import render

    asked = json.load(sys.stdin)
    limit()
    made = render(asked["name"], read_from(asked["texts"]), asked["subject"], asked["sample"])
    printed = json.dumps({"trouble" if hasattr(made, "kind") else "parts": made._asdict()})
    if len(printed) > LARGEST:
        trouble = {"kind": "failed", "message": "what it gives is too long", "name": asked["name"]}
        printed = json.dumps({"trouble": trouble})
    sys.stdout.write(printed)


if __name__ == "__main__":
    main()
