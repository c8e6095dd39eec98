"""Write and read plan files."""

from __future__ import annotations

from mailspec.files.links import refuse_links
from mailspec.files.opening import MIB, Contents, Unread
from mailspec.files.writing import write_file
from mailspec.outcome.plan import Plan
from mailspec.outcome.refusal import Refusal
from mailspec.plan.saved import load
from mailspec.source.named import read_named

_LARGEST = 32 * MIB


def write_plan(path: str, text: str) -> str | None:
    """Write a plan whole or not at all; return what went wrong in words."""
    try:
        refuse_links(path)
        # It shows what a target holds and names where secrets are: nobody else's business.
        write_file(path, text.encode(), private=True)
    except OSError as error:
        return f"The plan cannot be saved as {path}: {error.strerror or 'unwritable'}."
    return None


def read_plan(path: str) -> Plan | Refusal:
    """Read a plan file; anything that is not a whole, unedited plan is a refusal."""
    content = read_named(path, _LARGEST)
    reason = content.reason if isinstance(content, Unread) else "it is no text"
    if isinstance(content, Contents):
        try:
            return load(content.raw.decode(), path)
        except UnicodeDecodeError:
            pass
    message = f"the plan file {path} cannot be read: {reason}"
    return Refusal("plan-file", message, "make a new one with 'mailspec plan --out FILE'")
