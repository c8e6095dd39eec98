"""One self-contained HTML page: nothing is loaded from elsewhere, nothing runs, every text from outside is escaped."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mailspec.outcome.finding import SEVERITIES
from mailspec.plan.order import for_display
from mailspec.render import change_values, code_frames, words
from mailspec.render.alike import blocks
from mailspec.render.document import Document
from mailspec.render.picture import lay_out
from mailspec.render.plot import lay_out as plot
from mailspec.render.proven import proven_lines, proven_word
from mailspec.render.queue_text import rate, seconds, when
from mailspec.render.routes import routes
from mailspec.render.seen_senders import seen_senders
from mailspec.render.tool import version
from mailspec.render.view import Options
from mailspec.text.escape import html

# Lists longer than this fold: a page of five thousand people still opens on what matters.
FOLDED_AFTER = 24


def render(document: Document, _options: Options) -> str:
    """Return the page. The content security policy allows this page's own style sheet and nothing else."""
    style = _environment().get_template("style.css").render()
    # A browser hashes the element's text as it parsed it, so the text must stand there byte for byte.
    digest = b64encode(sha256(style.encode()).digest()).decode("ascii")
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            {
                **_context(document),
                "style": Markup(style),  # noqa: S704 - our own file
                "policy": f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
            }
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("mailspec.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals.update(
        before=change_values.before,
        after=change_values.after,
        frame=code_frames.frame,
        fix_command=words.fix_command,
        count=words.count,
        proven_lines=proven_lines,
        proven_word=proven_word,
        when=when,
        rate=rate,
        seconds=seconds,
    )
    return made


def _finalize(value: object) -> object:
    """Send every value that a template prints through the project's own escaper; Jinja's would leave controls."""
    if isinstance(value, Markup):
        return value
    return Markup("" if value is None else html(str(value)))  # noqa: S704 - escaped just here


def _context(document: Document) -> dict[str, Any]:
    ordered = sorted(document.findings, key=lambda finding: SEVERITIES.index(finding.severity))
    counted = [finding.severity for finding in document.counted]
    entry = routes(document.settings, document.active)
    return {
        "document": document,
        "severity_word": words.SEVERITY_WORD,
        "counts": [(severity, counted.count(severity)) for severity in SEVERITIES],
        "findings": [finding for finding in ordered if not finding.suppressed],
        "suppressed": [finding for finding in ordered if finding.suppressed],
        "effects": sorted(document.effects, key=lambda effect: not effect.destructive),
        "changes": for_display(document.changes),
        "routes": entry,
        "picture": lay_out(entry),
        "plot": plot(document.queue.hours) if document.queue is not None else None,
        "senders": seen_senders(document.settings),
        "blocks": blocks(document.settings),
        "folded_after": FOLDED_AFTER,
        "version": version(),
    }
