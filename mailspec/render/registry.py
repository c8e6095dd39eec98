"""The output formats, each loaded only when it is asked for. Adding one: its module with ``render``, a line here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mailspec.text.escape import without_commands

if TYPE_CHECKING:
    from mailspec.render.document import Document
    from mailspec.render.view import Options, View

Part = Literal["findings", "effects", "changes", "tests", "settings", "history", "queue"]


class Format(NamedTuple):
    """A format: its module (which has ``render``), what it shows, and its default limit in bytes of UTF-8.

    ``number_sign`` is how a ``#`` is written in formats that take it as an escape anywhere.

    A format of any ``outcome`` is given its view, the others its document. One that is ``appended`` adds to a file, and
    one that ``quotes`` holds the text report.
    """

    module: str
    parts: frozenset[Part]
    description: str
    max_bytes: int | None = None
    appended: bool = False
    outcome: bool = False
    quotes: bool = False
    number_sign: str = "#"


_JSON = "\\u0023"
_ALL: frozenset[Part] = frozenset({"findings", "effects", "changes", "tests", "settings", "history"})

# GitHub takes 65,536 characters in a comment and 1 MiB in a job summary (GitHub Docs, 2026-11).
FORMATS: dict[str, Format] = {
    "text": Format("as_text", _ALL, "for people at a terminal", outcome=True),
    "json": Format("as_json", _ALL, "versioned JSON for programs", outcome=True, number_sign=_JSON),
    "concise": Format("concise", frozenset({"findings"}), "a line a finding, for editors and logs"),
    "sarif": Format("sarif", frozenset({"findings"}), "SARIF 2.1.0, for code scanning", number_sign=_JSON),
    "github": Format(
        "github", frozenset({"findings", "effects", "changes", "tests"}), "GitHub annotations in the log", quotes=True
    ),
    "github-summary": Format("github_summary", _ALL, "GitHub job summary, added to a file", 1_048_576, appended=True),
    "gitlab": Format("gitlab", frozenset({"findings"}), "GitLab Code Quality report", number_sign=_JSON),
    "rdjson": Format(
        "rdjson", frozenset({"findings"}), "Reviewdog's diagnostics, for comments on changed lines", number_sign=_JSON
    ),
    "junit": Format("junit", frozenset({"findings", "tests"}), "JUnit XML"),
    "markdown": Format("markdown", _ALL, "Markdown for comments", 65_536),
    "html": Format("html", _ALL | {"queue"}, "one self-contained page"),
}


def names_for(*parts: Part) -> tuple[str, ...]:
    """Return the formats that can show one of the parts, those of any outcome first."""
    return tuple(name for name, entry in FORMATS.items() if entry.outcome or entry.parts & frozenset(parts))


def render(name: str, view: View, options: Options) -> str:
    """Render an outcome, with the format's own limit unless the options give one.

    Raises:
        KeyError: no format has the name.
    """
    if name in view.own:
        return view.own[name](options)
    entry = FORMATS[name]
    if entry.outcome:
        return without_commands(_renderer(entry)(view, options), entry.number_sign)
    if view.document is None:
        raise KeyError(name)
    if entry.quotes:
        options = options._replace(text=view.text(options._replace(colour=False)))
    return render_document(name, view.document(), options)


def render_document(name: str, document: Document, options: Options) -> str:
    """Render a document, with the format's own limit unless the options give one."""
    entry = FORMATS[name]
    if options.max_bytes is None:
        options = options._replace(max_bytes=entry.max_bytes)
    return without_commands(_renderer(entry)(document, options), entry.number_sign)


def _renderer(entry: Format) -> Callable[[Any, Options], str]:
    renderer: Callable[[Any, Options], str] = import_module(f"mailspec.render.{entry.module}").render
    return renderer
