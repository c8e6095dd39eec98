"""The variables that a template reads, held against the data that it will be given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from jinja2 import nodes
from jinja2.defaults import DEFAULT_NAMESPACE

from mailspec.message.template import Trouble, nodes_of
from mailspec.message.template_places import place_of_path
from mailspec.text.suggest import suggest

# Names that Jinja2 itself gives.
_GIVEN = frozenset({"self", "loop", "super", "caller", "varargs", "kwargs", *DEFAULT_NAMESPACE})
_LONGEST = 50  # steps of a variable; one of more is not judged


class Variables(NamedTuple):
    """The variables of one template: those that it sets itself (``own``), and line and steps of each that it reads,
    once, where it first stands."""

    own: frozenset[str]
    read: tuple[tuple[int, tuple[str, ...]], ...]


def variables_of(tree: nodes.Template) -> Variables:
    """Return the variables that a template sets and reads."""
    first: dict[tuple[str, ...], int] = {}
    for line, path in _variables(tree):
        first.setdefault(tuple(path), line)
    return Variables(frozenset(_set_by(tree)), tuple((line, path) for path, line in first.items()))


def unknown_variables(templates: Mapping[str, tuple[str, Variables]], sample: Mapping[str, Any]) -> Iterator[Trouble]:
    """Yield each variable that is neither in the sample nor set by any of the templates, once a template, where it
    first stands. Which of the templates sets a name, and for which part of it, is not followed."""
    own = _GIVEN.union(*(variables.own for _text, variables in templates.values()))
    for name, (text, variables) in templates.items():
        reported: set[str] = set()
        for line, path in variables.read:
            wrong = None if path[0] in own else _wrong_step(path, sample)
            if wrong is None or (dotted := ".".join(path[: wrong + 1])) in reported:
                continue
            reported.add(dotted)
            value: Any = sample
            for step in path[:wrong]:
                value = value[step]
            near = suggest(path[wrong], [str(key) for key in value])
            known = f"Did you mean {near}?" if near else f"Known here: {', '.join(map(str, value)) or 'nothing'}."
            place = place_of_path(text, line, path[: wrong + 1])
            yield Trouble("unknown", f"'{dotted}' is not in the sample data", name, *place, known)


def _set_by(tree: nodes.Template) -> Iterator[str]:
    """Yield the names that a template sets itself: assignments, loops, macros and their arguments, imports."""
    for node in nodes_of(tree, nodes.Name, nodes.Macro, nodes.Import, nodes.FromImport):
        if (isinstance(node, nodes.Name) and node.ctx != "load") or isinstance(node, nodes.Macro):
            yield node.name
        elif isinstance(node, nodes.Import):
            yield node.target
        elif isinstance(node, nodes.FromImport):
            yield from (entry if isinstance(entry, str) else entry[1] for entry in node.names)


def _variables(tree: nodes.Node) -> Iterator[tuple[int, list[str]]]:
    """Yield line and steps of each variable that is read, as long as it is written: not ``user`` of ``user.name``."""
    pending = [tree]
    while pending:
        node = pending.pop()
        path = _path(node)
        if path is not None:
            yield node.lineno, path
        else:
            pending.extend(reversed(list(node.iter_child_nodes())))


def _path(node: nodes.Node) -> list[str] | None:
    """Return the steps of a name such as ``user.address["city"]``, ``None`` where one is worked out."""
    steps: list[str] = []
    while len(steps) < _LONGEST:
        if isinstance(node, nodes.Name):
            return [node.name, *reversed(steps)]
        if isinstance(node, nodes.Getattr):
            steps.append(node.attr)
        elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            steps.append(node.arg.value)
        else:
            return None
        node = node.node
    return None


def _wrong_step(path: tuple[str, ...], sample: Mapping[str, Any]) -> int | None:
    """Return the first step that the sample does not have; behind what is no map nothing is judged."""
    value: Any = sample
    for number, step in enumerate(path):
        if not isinstance(value, Mapping):
            return None
        if step not in value:
            return None if number and hasattr(value, step) else number
        value = value[step]
    return None
