"""An error answer of Microsoft Graph -> category, detail and whether to try again; ``graph.toml`` holds the table."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from mailspec.files.json_text import read_json
from mailspec.outcome.mail import Category


class GraphError(NamedTuple):
    """What an answer means. ``codes`` are the error codes, the outermost first; ``advice`` may be empty."""

    category: Category
    detail: str | None
    codes: tuple[str, ...]
    message: str
    retry: bool
    advice: str


@cache
def table() -> list[dict[str, Any]]:
    """Return the rows of ``graph.toml``."""
    rows: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("graph.toml").read_text("utf-8"))["answers"]
    return rows


def explain_graph_error(status: int, body: str) -> GraphError:
    """Return what an answer with an HTTP status of 300 or more means. Never raises."""
    codes, message = _read(body)
    row = _row(codes, message) or next((row for row in table() if row.get("status") == status), None)
    if row is None:
        row = {"category": "server_unavailable" if status >= 500 else "unknown", "retry": status >= 500}
    advice = " ".join(str(row.get("advice", "")).split())
    return GraphError(row["category"], row.get("detail"), codes, message, bool(row.get("retry")), advice)


def graph_error_in(text: str) -> GraphError | None:
    """Return what a text says that quotes an error of Graph, ``None`` where it quotes none."""
    codes, message = _read(text)
    if not codes:
        known = {row["code"] for row in table() if "code" in row}
        codes = tuple(word for word in re.findall(r"\b[A-Za-z_]{8,60}\b", text) if word in known)
        message = text
    row = _row(codes, message) if codes else None
    if row is None:
        return None
    advice = " ".join(str(row.get("advice", "")).split())
    return GraphError(row["category"], row.get("detail"), codes, message, bool(row.get("retry")), advice)


def _row(codes: tuple[str, ...], message: str) -> dict[str, Any] | None:
    # The innermost code is the most exact one.
    for code in reversed(codes):
        for row in table():
            if row.get("code") == code and ("words" not in row or re.search(row["words"], message, re.IGNORECASE)):
                return row
    return None


def _read(body: str) -> tuple[tuple[str, ...], str]:
    try:
        answer = read_json(body)
    except (RecursionError, ValueError):
        return (), ""
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return (), ""
    message = error.get("message")
    return tuple(_codes(error)), " ".join(message.split()) if isinstance(message, str) else ""


def _codes(error: dict[str, Any]) -> Iterator[str]:
    level: Any = error
    for _ in range(8):
        if not isinstance(level, dict):
            return
        code = level.get("code")
        if isinstance(code, str):
            yield code
        level = level.get("innerError", level.get("innererror"))
