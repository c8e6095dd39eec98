"""Write and read plan files."""

from __future__ import annotations

import os
import tempfile

from mailspec.outcome.plan import Plan
from mailspec.outcome.refusal import Refusal
from mailspec.plan.saved import load


def write_plan(path: str, text: str) -> str | None:
    """Write a plan whole or not at all; return what went wrong in words."""
    folder = os.path.dirname(os.path.abspath(path))
    temporary = None
    try:
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".mailspec-plan-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)
        return f"The plan cannot be saved as {path}: {(error.strerror or 'unwritable').lower()}."
    return None


def read_plan(path: str) -> Plan | Refusal:
    """Read a plan file; anything that is not a whole, unedited plan is a refusal."""
    try:
        with open(path, encoding="utf-8") as stream:
            text = stream.read(32 * 1024 * 1024)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        message = f"the plan file {path} cannot be read: {(reason or 'unreadable').lower()}"
        return Refusal("plan-file", message, "make a new one with 'mailspec plan --out FILE'")
    return load(text, path)
