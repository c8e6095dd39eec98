"""A GitHub job summary: Markdown that is added to the file that GITHUB_STEP_SUMMARY names."""

from __future__ import annotations

from mailspec.render.document import Document
from mailspec.render.markdown import MARKER
from mailspec.render.markdown import render as markdown
from mailspec.render.view import Options


def render(document: Document, options: Options) -> str:
    """Return the Markdown without the marker: a summary is never looked for."""
    return markdown(document, options).removeprefix(f"{MARKER}\n")
