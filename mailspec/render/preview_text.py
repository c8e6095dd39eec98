"""A rendered e-mail type for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mailspec.text.escape import terminal

if TYPE_CHECKING:
    from mailspec.load.item import Item
    from mailspec.message.template import Parts, Trouble


def message_text(sender: str, parts: Parts) -> str:
    """Return the message as text: From, Subject, an empty line, the text."""
    head = [f"From: {sender}"] if sender else []
    lines = [*head, f"Subject: {parts.subject}", "", *parts.text.rstrip("\n").split("\n")]
    return "\n".join(map(terminal, lines))


def trouble_lines(trouble: Trouble) -> list[str]:
    """Return one remark on a template with its place, and what to do on a line of its own."""
    place = f"{trouble.name}:{trouble.line}:{trouble.column}: " if trouble.name else "subject: "
    help_ = [f"  help: {trouble.help}"] if trouble.help else []
    return [f"{place}{trouble.message}", *help_]


def preview_data(value: Any) -> dict[str, Any]:
    """Return a preview as data; the parts are ``null`` where it could not be rendered."""
    parts = dict.fromkeys(("subject", "text", "html")) if value.parts is None else value.parts._asdict()
    return {
        "version": 1,
        "name": value.name,
        "trigger": value.trigger,
        "customizable": value.customizable,
        "from": value.sender,
        **parts,
        "troubles": [trouble._asdict() for trouble in value.troubles],
    }


def types_data(items: Sequence[Item]) -> dict[str, Any]:
    """Return the declared e-mail types as data."""
    words = ("name", "trigger", "customizable", "template")
    return {"version": 1, "email_types": [{word: item.get(word) for word in words} for item in items]}


def types_text(items: Sequence[Item]) -> str:
    """Return the declared e-mail types as a table."""
    words = {True: "yes", False: "no", None: ""}
    rows = [("email type", "trigger", "customizable", "template")]
    rows += [
        (
            terminal(str(item.get("name"))),
            terminal(str(item.get("trigger") or "")),
            words.get(item.get("customizable"), ""),
            terminal(str(item.get("template") or "")),
        )
        for item in items
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
