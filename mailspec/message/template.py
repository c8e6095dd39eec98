"""E-mail templates in Jinja2, in its sandbox: how they are read, and which parts of a message they give.

A template may define the blocks ``subject``, ``text`` and ``html``. Without the last two, its ending decides what
the rest of it is: ``.md`` (text, and HTML made of it), ``.html`` (HTML) or anything else (text, and plain HTML made
of it); ``.j2``, ``.jinja`` and ``.jinja2`` at the end do not count. Names in ``include``, ``extends`` and ``import``
start at the folder of the template that holds them, and never lead out of the project.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any, Literal, NamedTuple

from jinja2 import BaseLoader, ChainableUndefined, TemplateNotFound, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

Kind = Literal["markdown", "html", "text"]
Read = Callable[[str], str | None]

PARTS = ("subject", "text", "html")
LARGEST = 1024 * 1024  # characters of a template
_ENDINGS = (".j2", ".jinja2", ".jinja")


class Parts(NamedTuple):
    """One message: its subject on one line, and the body twice. A part that is not given is empty."""

    subject: str
    text: str
    html: str


class Trouble(NamedTuple):
    """What is wrong with a template. ``name`` is the file (``""``: the declared subject); lines and columns start at 1,
    the end is exclusive."""

    kind: Literal["missing", "syntax", "unknown", "part", "failed"]
    message: str
    name: str
    line: int = 1
    column: int = 1
    end_column: int = 1
    help: str = ""


class Shown(ChainableUndefined):
    """A variable that nobody gave shows its own name, so that a preview tells where it would stand."""

    def __str__(self) -> str:
        return f"{{{{ {self._undefined_name} }}}}"

    __html__ = __str__


class Environment(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox without its toys; names of other templates are paths in the project."""

    def __init__(
        self,
        read: Read,
        *,
        autoescape: bool = False,
        finalize: Callable[[Any], Any] | None = None,
        undefined: type[ChainableUndefined] = Shown,
    ) -> None:
        super().__init__(
            loader=_Loader(read),
            undefined=undefined,
            autoescape=autoescape,
            finalize=finalize,
            keep_trailing_newline=True,
        )
        self.globals.pop("lipsum", None)

    def join_path(self, template: str, parent: str) -> str:
        """Return the path in the project of a template that another one names."""
        if template.startswith("/"):
            return posixpath.normpath(template.lstrip("/"))
        return posixpath.normpath(posixpath.join(posixpath.dirname(parent), template))


class _Loader(BaseLoader):
    def __init__(self, read: Read) -> None:
        self._read = read

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        text = None if template.startswith("../") else self._read(template)
        if text is None:
            raise TemplateNotFound(template)
        return text, template, lambda: True


def kind_of(name: str) -> Kind:
    """Return what a template's file holds, by its ending.

    >>> kind_of("reset.md.j2"), kind_of("reset.html"), kind_of("reset.j2")
    ('markdown', 'html', 'text')
    """
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    suffix = posixpath.splitext(name)[1].lower()
    if suffix in (".md", ".markdown"):
        return "markdown"
    return "html" if suffix in (".html", ".htm") else "text"


def given_parts(name: str, blocks: Set[str], *, subject: bool) -> frozenset[str]:
    """Return the parts that a template with these blocks gives; ``subject`` tells whether the declaration gives that
    one."""
    parts = {part for part in PARTS if part in blocks} | ({"subject"} if subject else set())
    if "text" in blocks:
        parts.add("html")
    elif "html" not in blocks:
        parts |= {"html"} if kind_of(name) == "html" else {"text", "html"}
    return frozenset(parts)


def nodes_of(tree: nodes.Node, *kinds: type[nodes.Node]) -> Iterator[nodes.Node]:
    """Yield the nodes of some kinds in their order; however deep they are, Python's stack is not used."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, kinds):
            yield node
        pending.extend(reversed(list(node.iter_child_nodes())))


def blocks_of(tree: nodes.Node) -> list[nodes.Block]:
    """Return the blocks that a template defines."""
    return [node for node in nodes_of(tree, nodes.Block) if isinstance(node, nodes.Block)]


def read_from(texts: Mapping[str, str]) -> Read:
    """Return a reader of texts that are already at hand."""
    return texts.get
