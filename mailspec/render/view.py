"""One outcome as every output format wants it, each made only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from mailspec.render.document import Document


class Options(NamedTuple):
    """What the person asked for. ``max_bytes`` counts UTF-8.

    ``text`` is the plain report for formats that quote it; ``colour``, ``verbose`` and ``quiet`` are for text alone,
    and so is ``link``, which gives the address of a code's page where the terminal shows links.
    """

    max_bytes: int | None = None
    strict: bool = False
    text: str = ""
    colour: bool = False
    verbose: bool = False
    quiet: bool = False
    link: Callable[[str], str | None] | None = None


class View(NamedTuple):
    """What a command hands over to be written: ``text`` for people, ``json`` for programs (data, or its finished JSON),
    and the ``document`` that all other formats show. ``own`` are formats that show something else of this outcome.

    ``product`` are formats that print what a program will be given, or a message, as it is.
    """

    text: Callable[[Options], str]
    json: Callable[[], Any]
    document: Callable[[], Document] | None = None
    own: Mapping[str, Callable[[Options], str]] = {}
    product: frozenset[str] = frozenset()
