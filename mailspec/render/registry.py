"""The output formats that show a :class:`~mailspec.render.document.Document`, each loaded only when it is asked for.

``text`` and ``json`` are not here: each command has its own.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from mailspec.render.document import Document, Options, Part

Renderer = Callable[[Document, Options], str]


class Format(NamedTuple):
    """A format: its module (which has ``render``), what it shows, and its default limit in bytes of UTF-8."""

    module: str
    parts: frozenset[Part]
    description: str
    max_bytes: int | None = None
    appended: bool = False


_ALL: frozenset[Part] = frozenset({"findings", "effects", "changes", "tests", "settings", "history"})

# GitHub takes 65,536 characters in a comment and 1 MiB in a job summary (GitHub Docs, 2026-11).
FORMATS: dict[str, Format] = {
    "sarif": Format("sarif", frozenset({"findings"}), "SARIF 2.1.0, for code scanning"),
    "github": Format("github", frozenset({"findings", "effects", "changes", "tests"}), "GitHub annotations in the log"),
    "github-summary": Format("github_summary", _ALL, "GitHub job summary, added to a file", 1_048_576, appended=True),
    "gitlab": Format("gitlab", frozenset({"findings"}), "GitLab Code Quality report"),
    "junit": Format("junit", frozenset({"findings", "tests"}), "JUnit XML"),
    "markdown": Format("markdown", _ALL, "Markdown for comments", 65_536),
    "html": Format("html", _ALL, "one self-contained page"),
}


def load(name: str) -> Renderer:
    """Import a format. Raises ``KeyError`` where no format has the name."""
    renderer: Renderer = import_module(f"mailspec.render.{FORMATS[name].module}").render
    return renderer


def names_for(*parts: Part) -> tuple[str, ...]:
    """Return the formats that can show one of the parts."""
    return tuple(name for name, entry in FORMATS.items() if entry.parts & frozenset(parts))


def render(name: str, document: Document, options: Options) -> str:
    """Render with the format's own limit unless the options give one."""
    if options.max_bytes is None:
        options = options._replace(max_bytes=FORMATS[name].max_bytes)
    return load(name)(document, options)
