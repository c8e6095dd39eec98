"""``read``: one file's octets to a Document. Never raises for what a file may hold."""

from __future__ import annotations

import gc
from collections.abc import Mapping

from mailspec.text.compose import Composition, compose
from mailspec.text.decode import decode
from mailspec.text.document import Document
from mailspec.text.events import Engine, engine
from mailspec.text.faults import Fault
from mailspec.text.limits import LIMITS, Limits
from mailspec.text.span import Problem, Span

_NO_TAGS: Mapping[str, str] = {}


def read(
    name: str,
    raw: bytes,
    *,
    limits: Limits = LIMITS,
    tags: Mapping[str, str] = _NO_TAGS,
    parser: Engine | None = None,
) -> Document:
    """Read one YAML file.

    ``name`` is kept for messages. ``tags`` maps tags of scalars to keys: with ``{"!vault": "ansible_vault"}`` the
    scalar ``!vault x`` becomes ``{"ansible_vault": "x"}``. ``parser`` forces an engine, for tests.
    """
    text, bom, fault = decode(raw, limits)
    document = Document(name, text, bom=bom)
    if fault is not None:
        document.problems.append(_located(document, fault))
        return document
    chosen = parser or engine()
    result = Composition()
    # What is made here is kept and has no cycles, so that looking for garbage meanwhile only costs time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        fault = compose(result, text, raw[3:] if bom else raw, chosen, limits, tags)
    except chosen.error as error:
        from mailspec.text.syntax import syntax_fault

        fault = syntax_fault(error, text)
    finally:
        if collecting:
            gc.enable()
    document.composed(result)
    if fault is None:
        document.data = result.data
    faults = [*result.faults, fault] if fault else result.faults
    if faults:
        document.problems.extend(_located(document, each) for each in faults)
    return document


def _located(document: Document, fault: Fault) -> Problem:
    path: tuple[str | int, ...] = ()
    related: tuple[tuple[Span, str], ...] = ()
    if fault.number is None:
        span = document.lines().span(fault.offset, min(fault.offset + fault.length, len(document.text)))
    else:
        span = document.lines().span(*document.places().extent(fault.number))
    return Problem(fault.kind, fault.message, fault.help, span, path, related)
