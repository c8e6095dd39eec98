"""Templates as their texts stand, each parsed once however many e-mail types share it; nothing of one is run.

Only Jinja2's parser is used. Its compiler works out constant expressions, so that a hostile template could keep a
``validate`` busy for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from jinja2 import TemplateSyntaxError, nodes

from mailspec.message.template import LARGEST, Environment, Read, Trouble, blocks_of, nodes_of
from mailspec.message.template_places import in_tags, place_of_word, place_of_words
from mailspec.message.template_variables import Variables, variables_of
from mailspec.text.suggest import suggest

MOST_TROUBLES = 50  # troubles of one template with those that it includes; each costs a look-up of its place
_LINE_END = re.compile(r"\r\n?")
_OFFSET = re.compile(r" at \d+$")
_MOST_IN_TAGS = 100_000  # characters of a template; Jinja's parser needs a second for 50,000 words
_LISTS = (nodes.List, nodes.Tuple)
_WRITTEN = 'Write the name; several with a condition: {% include "a.md" if paid else "b.md" %}.'


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one template says. ``uses`` are those that it names, with the line; ``extends`` tells of its outermost
    level. ``troubles`` are its own: filters that do not exist, names that are worked out."""

    text: str
    uses: tuple[tuple[str, int], ...]
    blocks: frozenset[str]
    extends: bool
    variables: Variables
    troubles: tuple[Trouble, ...]


class Templates:
    """The templates of a project by their paths in it."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._environment = Environment(read)
        self._parsed: dict[str, Parsed | Trouble | None] = {}
        # Names that were looked for among the variables that are known, in all.
        self.compared = 0

    def text(self, name: str) -> str | None:
        """Return a template's text, ``None`` where it cannot be read or its name leads out of the project."""
        return None if name.startswith("../") else self._read(name)

    def get(self, name: str) -> Parsed | Trouble | None:
        """Return what a template says, what is wrong with its syntax, or ``None`` where it cannot be read."""
        if name not in self._parsed:
            text = self.text(name)
            # As Jinja2 counts lines.
            self._parsed[name] = None if text is None else self.parse(name, _LINE_END.sub("\n", text))
        return self._parsed[name]

    def parse(self, name: str, text: str) -> Parsed | Trouble:
        """Return what a text says; the subject of a declaration has the name ``""``."""
        tree = self._tree(name, text)
        if isinstance(tree, Trouble):
            return tree
        troubles = list(islice(self._words(name, text, tree), MOST_TROUBLES + 1))
        uses = tuple(self._uses(name, text, tree, troubles))
        return Parsed(
            text,
            uses,
            frozenset(block.name for block in blocks_of(tree)),
            any(isinstance(node, nodes.Extends) for node in tree.body),
            variables_of(tree),
            tuple(troubles),
        )

    def _tree(self, name: str, text: str) -> nodes.Template | Trouble:
        if len(text) > LARGEST:
            return Trouble("syntax", f"it is larger than {LARGEST} characters", name)
        if in_tags(text) > _MOST_IN_TAGS:
            return Trouble("syntax", f"its tags have more than {_MOST_IN_TAGS:,} characters in all", name)
        try:
            return self._environment.parse(text, name)
        except TemplateSyntaxError as error:
            message = error.message or "syntax error"
            line, column, end = place_of_words(text, error.lineno, message)
            return Trouble("syntax", _OFFSET.sub("", message).rstrip("."), name, line, column, end)
        except ValueError as error:
            # Of a number with more digits than Python reads.
            return Trouble("syntax", " ".join(str(error).split()).partition(";")[0], name)
        except RecursionError:
            return Trouble("syntax", "it is nested too deeply", name)

    def _words(self, name: str, text: str, tree: nodes.Template) -> Iterator[Trouble]:
        """Yield filters and tests that do not exist, and blocks that are defined twice."""
        for kind, known in (("filter", self._environment.filters), ("test", self._environment.tests)):
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

    def _uses(self, name: str, text: str, tree: nodes.Template, troubles: list[Trouble]) -> Iterator[tuple[str, int]]:
        """Yield the templates that a template names, as far as they must be there or are.

        What cannot be followed is among the troubles: no file is read for a name that is worked out when a message
        is made.
        """
        for node in nodes_of(tree, nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport):
            if len(troubles) > MOST_TROUBLES:
                break
            tag = type(node).__name__.lower().replace("fromimport", "import")
            names = _names(node.template)  # type: ignore[attr-defined]
            if names is None:
                line, column, end = place_of_word(text, node.lineno, tag)
                message = f"what this {tag} names is worked out when a message is made, and no file is read for it"
                troubles.append(Trouble("missing", message, name, line, column, end, _WRITTEN))
                continue
            paths = [self._environment.join_path(other, name) for other in names]
            there = [path for path in paths if self.text(path) is not None]
            if getattr(node, "ignore_missing", False):
                paths = there
            elif isinstance(node.template, _LISTS):  # type: ignore[attr-defined]
                # The first one that is there is taken.
                paths = there or paths[:1]
            for path in paths:
                yield path, node.lineno


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
