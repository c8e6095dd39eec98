"""What can be told of a template without running it: its syntax, unknown variables, missing parts.

Only Jinja2's parser is used. Its compiler works out constant expressions, so that a hostile template could keep a
``validate`` busy for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from jinja2 import TemplateSyntaxError, nodes

from mailspec.message.template import LARGEST, Environment, Read, Trouble, blocks_of, given_parts, nodes_of
from mailspec.message.template_places import in_tags, place_of_word, place_of_words
from mailspec.message.template_variables import unknown_variables
from mailspec.text.suggest import suggest

# The parts that every message needs; HTML is a courtesy.
_NEEDED = {
    "subject": "Write subject: in the email type, or {% block subject %} in the template.",
    "text": "Write {% block text %} for recipients and filters that read no HTML.",
}
_LINE_END = re.compile(r"\r\n?")
_OFFSET = re.compile(r" at \d+$")
_MOST = 100  # templates that one includes, in all
_MOST_TROUBLES = 50  # troubles of one template with those that it includes; each costs a look-up of its place
_MOST_IN_TAGS = 100_000  # characters of a template; Jinja's parser needs a second for 50,000 words
_LISTS = (nodes.List, nodes.Tuple)
_WRITTEN = 'Write the name; several with a condition: {% include "a.md" if paid else "b.md" %}.'


def examine(name: str, read: Read, subject: str | None, sample: Mapping[str, Any] | None) -> list[Trouble]:
    """Return what is wrong with a template and those that it includes, in the order of their lines.

    ``sample`` are the known variables; ``None`` where nobody said which there are, then none is unknown.
    """
    environment = Environment(read)
    found: list[Trouble] = []
    trees: dict[str, tuple[str, nodes.Template]] = {}
    pending = [(name, name, 1)]
    declared = None if subject is None else parse(environment, "", subject)
    if isinstance(declared, nodes.Template):
        pending += _follow(environment, "", subject or "", declared, read, found)
    while pending and len(trees) < _MOST and len(found) <= _MOST_TROUBLES:
        current, by, line = pending.pop()
        if current in trees:
            continue
        text = _text(current, read)
        if text is None:
            found.append(_absent(current, by, line, (subject if by == "" else read(by)) or ""))
            continue
        # As Jinja2 counts lines.
        text = _LINE_END.sub("\n", text)
        tree = parse(environment, current, text)
        if isinstance(tree, Trouble):
            found.append(tree)
            continue
        trees[current] = (text, tree)
        found += islice(_words(environment, current, text, tree), _MOST_TROUBLES + 1)
        pending += _follow(environment, current, text, tree, read, found)
    if sample is not None:
        found += islice(unknown_variables(trees, sample), max(0, _MOST_TROUBLES + 1 - len(found)))
    if name in trees and not any(isinstance(node, nodes.Extends) for node in trees[name][1].body):
        given = given_parts(name, trees[name][1], subject=subject is not None)
        lacking = [part for part in _NEEDED if part not in given]
        found += [Trouble("part", f"has no {part}", name, help=_NEEDED[part]) for part in lacking]
    if subject is not None and declared is not None:
        found += islice(_subject(environment, subject, declared, sample), _MOST_TROUBLES + 1)
    if len(found) > _MOST_TROUBLES:
        more = f"more than {_MOST_TROUBLES} things are wrong; the others are not told"
        found[_MOST_TROUBLES:] = [Trouble("syntax", more, name)]
    return found


def parse(environment: Environment, name: str, text: str) -> nodes.Template | Trouble:
    """Return a template's tree, or what is wrong with its syntax and where."""
    if len(text) > LARGEST:
        return Trouble("syntax", f"it is larger than {LARGEST} characters", name)
    if in_tags(text) > _MOST_IN_TAGS:
        return Trouble("syntax", f"its tags have more than {_MOST_IN_TAGS:,} characters in all", name)
    try:
        return environment.parse(text, name)
    except TemplateSyntaxError as error:
        message = error.message or "syntax error"
        line, column, end = place_of_words(text, error.lineno, message)
        return Trouble("syntax", _OFFSET.sub("", message).rstrip("."), name, line, column, end)
    except ValueError as error:
        # Of a number with more digits than Python reads.
        return Trouble("syntax", " ".join(str(error).split()).partition(";")[0], name)
    except RecursionError:
        return Trouble("syntax", "it is nested too deeply", name)


def _text(name: str, read: Read) -> str | None:
    return None if name.startswith("../") else read(name)


def _absent(name: str, by: str, line: int, text: str) -> Trouble:
    """Return that a template is not there, which the ``text`` of another one (``by``) names."""
    if name == by:
        return Trouble("missing", f"{name} cannot be read", name)
    _line, column, end = place_of_word(text, line, name.rpartition("/")[2])
    message = f"there is no {name}, which is named here"
    return Trouble("missing", message, by, line, column, end, "A name starts at the template's own folder.")


def _follow(
    environment: Environment, name: str, text: str, tree: nodes.Template, read: Read, found: list[Trouble]
) -> list[tuple[str, str, int]]:
    """Return the templates that a template names, with its own name and the line, as far as they must be there or are.

    What cannot be followed is among ``found``: no file is read for a name that is worked out when a message is made.
    """
    followed = []
    for node in nodes_of(tree, nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport):
        if len(found) > _MOST_TROUBLES:
            break
        tag = type(node).__name__.lower().replace("fromimport", "import")
        names = _names(node.template)  # type: ignore[attr-defined]
        if names is None:
            line, column, end = place_of_word(text, node.lineno, tag)
            message = f"what this {tag} names is worked out when a message is made, and no file is read for it"
            found.append(Trouble("missing", message, name, line, column, end, _WRITTEN))
            continue
        paths = [environment.join_path(other, name) for other in names]
        there = [path for path in paths if _text(path, read) is not None]
        if getattr(node, "ignore_missing", False):
            paths = there
        elif isinstance(node.template, _LISTS):  # type: ignore[attr-defined]
            # The first one that is there is taken.
            paths = there or paths[:1]
        followed += [(path, name, node.lineno) for path in paths]
    return followed


def _names(node: nodes.Expr) -> list[str] | None:
    """Return every template that an expression may name, ``None`` where they do not stand in it."""
    found: list[str] = []
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, nodes.Const) and isinstance(current.value, str):
            found.append(current.value)
        elif isinstance(current, nodes.CondExpr) and current.expr2 is not None:
            pending += [current.expr2, current.expr1]
        elif isinstance(current, _LISTS):
            pending += reversed(current.items)
        else:
            return None
    return found


def _words(environment: Environment, name: str, text: str, tree: nodes.Template) -> Iterator[Trouble]:
    """Yield filters and tests that do not exist, and blocks that are defined twice."""
    for kind, known in (("filter", environment.filters), ("test", environment.tests)):
        for node in nodes_of(tree, nodes.Filter if kind == "filter" else nodes.Test):
            word = node.name  # type: ignore[attr-defined]
            if word not in known:
                line, column, end = place_of_word(text, node.lineno, word)
                near = suggest(word, list(known))
                help_ = f"Did you mean {near}?" if near else ""
                yield Trouble("syntax", f"there is no {kind} '{word}'", name, line, column, end, help_)
    seen: set[str] = set()
    for block in blocks_of(tree):
        if block.name in seen:
            line, column, end = place_of_word(text, block.lineno, block.name)
            yield Trouble("syntax", f"the block '{block.name}' is defined twice", name, line, column, end)
        seen.add(block.name)


def _subject(
    environment: Environment, subject: str, tree: nodes.Template | Trouble, sample: Mapping[str, Any] | None
) -> Iterator[Trouble]:
    """Yield what is wrong with a subject that stands in the declaration; its place is the declaration's."""
    if isinstance(tree, Trouble):
        yield tree
    else:
        yield from _words(environment, "", subject, tree)
        if sample is not None:
            yield from unknown_variables({"": (subject, tree)}, sample)
