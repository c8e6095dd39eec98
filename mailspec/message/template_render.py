"""Renders a template into subject, text and HTML with sample data."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any, TypeVar

from jinja2 import ChainableUndefined, Template, TemplateError, TemplateSyntaxError
from markdown_it import MarkdownIt
from markupsafe import Markup

from mailspec.message.template import Environment, Parts, Read, Trouble, kind_of
from mailspec.text.escape import html as escape_html
from mailspec.text.unwritable import unwritable

Made = TypeVar("Made")

# What Markdown acts on. An underscore within a word, as in most URLs and keys, is none of it.
_MARKS = re.compile(r"[\\`*{}\[\]<>&~|!#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
# Characters of what one template gives, or one part of it.
MOST = 2 * 1024 * 1024
_PAGE = """<!doctype html>
<html>
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
{body}
</body>
</html>
"""


class TooMuchError(Exception):
    """A template takes more than it may, or gives what it may not; the message says what."""


class Unknown(ChainableUndefined):
    """What a document's data lacks: it can be asked for, so that ``{% if user.host %}`` works, and not printed."""

    def __str__(self) -> str:
        return str(self._fail_with_undefined_error())

    __html__ = __str__


def render(name: str, read: Read, subject: str | None, sample: Mapping[str, Any]) -> Parts | Trouble:
    """Return the message that a template gives for the sample data, or the first thing that stopped it.

    Never raises for what the template holds; it may run long, so it is called in a process of its own
    (:mod:`mailspec.message.template_worker`).
    """
    declared: str | None = None
    if subject is not None:
        given = subject
        made = _guarded("", lambda: _joined(Environment(read).from_string(given).generate(dict(sample))))
        if isinstance(made, Trouble):
            return made
        declared = made
    return _guarded(name, lambda: _render(name, read, declared, dict(sample)))


def document(name: str, read: Read, data: Mapping[str, Any]) -> str | Trouble:
    """Return the text that a template gives for some data; what the data lacks is false, and cannot be printed.

    Never raises for what the template holds; it may run long, so it is called in a process of its own.
    """
    return _guarded(name, lambda: _joined(Environment(read, undefined=Unknown).get_template(name).generate(data)))


def _joined(pieces: Iterator[str]) -> str:
    """Return the whole text, or stop the template at the place at which it is too long, or cannot be written."""
    made, size = [], 0
    for piece in pieces:
        made.append(piece)
        size += len(piece)
        why = f"is longer than {MOST:,} characters" if size > MOST else None
        if why is None and (wrong := unwritable(piece)) is not None:
            why = f"holds {wrong}, which cannot be written"
        if why is not None:
            error = TooMuchError(f"what it gives {why}")
            if isinstance(pieces, Generator):
                # Raised where the template stands, it is told with the template's line.
                pieces.throw(error)
            raise error
    return "".join(made)


def _guarded(name: str, run: Callable[[], Made]) -> Made | Trouble:
    try:
        return run()
    except TemplateSyntaxError as error:
        return Trouble("syntax", error.message or "syntax error", error.name or name, error.lineno)
    except TooMuchError as error:
        return Trouble("failed", str(error), name, _line(name))
    except TemplateError as error:
        return Trouble("failed", f"{type(error).__name__}: {error.message or error}", name, _line(name))
    except (RecursionError, MemoryError, SyntaxError):
        return Trouble("failed", "it is nested too deeply or too large", name, _line(name))
    except Exception as error:
        # A template can make any of Python's own errors happen: 1 / 0, a call of what is no function.
        return Trouble("failed", f"{type(error).__name__}: {error}", name, _line(name))


def _render(name: str, read: Read, declared: str | None, sample: dict[str, Any]) -> Parts:
    kind = kind_of(name)
    plain = Environment(read)
    template = plain.get_template(name)
    own = template.blocks
    title = declared if declared is not None else _part(template, "subject", sample)
    title = " ".join(title.split())
    text = ""
    if "text" in own or ("html" not in own and kind != "html"):
        text = _part(template, "text", sample)
    if "html" in own or ("text" not in own and kind == "html"):
        html = _part(Environment(read, autoescape=True).get_template(name), "html", sample)
    elif kind == "markdown" and "text" not in own:
        # Values are data: a name with asterisks or brackets in it makes nothing bold and links to nowhere.
        literal = Environment(read, autoescape=True, finalize=_literal).get_template(name)
        body = MarkdownIt("commonmark", {"html": False}).enable("table").render(_part(literal, "text", sample))
        html = _PAGE.format(title=escape_html(title), body=body.strip())
    else:
        parts = (part.strip() for part in re.split(r"\n\s*\n", text))
        paragraphs = ["<br>\n".join(map(escape_html, part.split("\n"))) for part in parts if part]
        body = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        html = _PAGE.format(title=escape_html(title), body=body)
    return Parts(title, text.strip("\n") + "\n" if text.strip() else "", html.strip() + "\n")


def _part(template: Template, part: str, sample: dict[str, Any]) -> str:
    """Render one block; where there is none, the template without its subject for a body, else nothing."""
    context = template.new_context(sample)
    run: Callable[..., Iterator[str]]
    if part in template.blocks:
        run = template.blocks[part]
    elif part == "subject":
        return ""
    else:
        if "subject" in context.blocks:
            context.blocks["subject"] = [lambda _context: iter(())]
        run = template.root_render_func
    try:
        return _joined(run(context))
    except Exception:
        # Gives the error's frames the template's lines, and raises it again.
        template.environment.handle_exception()


def _literal(value: Any) -> Markup:
    """Write a value with entities, which Markdown never takes for its marks; what a macro made is left as it is."""
    if isinstance(value, Markup):
        return value
    return Markup(_MARKS.sub(lambda mark: f"&#{ord(mark[0])};", str(value)))  # noqa: S704 - Markdown escapes it


def _line(name: str) -> int:
    """Return the template's line at which it failed: Jinja2 gives its frames the template's name and lines."""
    trace = sys.exc_info()[2]
    line = 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
