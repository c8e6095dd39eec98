"""Cause and cure in words: ``advice.toml`` holds a text for each category and detail."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from mailspec.diagnosis.place import Place
from mailspec.outcome.mail import Category

ANY = "any"


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return category -> detail (or ``any``) -> text."""
    loaded: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "advice.toml").read_text("utf-8"))
    return loaded


@cache
def passed_on_texts() -> dict[str, str]:
    """Return category -> text for what a mail server says of its own way to another one."""
    loaded: dict[str, str] = tomllib.loads((Path(__file__).parent / "passed_on.toml").read_text("utf-8"))
    return loaded


def advice_for(category: Category, detail: str | None, where: Place) -> str:
    """Return cause and cure for a category and detail, never empty."""
    elsewhere = passed_on_texts().get(category)
    if where.passed_on and elsewhere is not None:
        return fill(elsewhere, where)
    known = texts()[category]
    return fill(known.get(detail or ANY, known[ANY]), where)


def fill(text: str, where: Place) -> str:
    """Put the server and what its provider offers into a text, and make one line of it."""
    filled = text.replace("{server}", where.server).replace("{offered}", where.offered)
    line = " ".join(filled.split())
    # A host name keeps its small letter.
    return "T" + line[1:] if line.startswith("the server") else line
