"""``read``: one file's bytes to a Document. Never raises for what a file may hold."""

from __future__ import annotations

import gc
from collections.abc import Mapping

from mailspec.text.comments import glued
from mailspec.text.compose import Composition, compose
from mailspec.text.decode import decode
from mailspec.text.document import Document
from mailspec.text.events import Engine, engine
from mailspec.text.faults import Fault
from mailspec.text.frame import behind, directives
from mailspec.text.limits import LIMITS, Limits
from mailspec.text.stand_ins import StandIns, glued_keys, stand_ins

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
    if fault is None and "%" in text:
        text, fault = directives(text)
    if fault is not None:
        document.add([fault])
        return document
    # What is made here is kept and has no cycles, so that looking for garbage meanwhile only costs time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        result, fault = _compose(text, parser or engine(), limits, tags)
    finally:
        if collecting:
            gc.enable()
    if fault is None:
        fault = behind(text, result.end, root=result.root())
    if fault is None and "#" in text and (place := glued(text, result)) >= 0:
        fault = Fault("syntax", "A comment needs a space before its #.", "Write the space.", offset=place)
    if fault is not None and fault.kind == "documents":
        result.stop = fault.offset
    document.composed(result, usable=fault is None or fault.kind == "documents")
    if fault is not None or result.faults:
        document.add([*result.faults, fault] if fault else result.faults)
    return document


def _compose(text: str, parser: Engine, limits: Limits, tags: Mapping[str, str]) -> tuple[Composition, Fault | None]:
    """Compose a text, a second time where ``:`` or ``?`` next to brackets may be why it failed."""
    first = Composition()
    try:
        return first, _attempt(first, text, stand_ins(text, glued=False), parser, limits, tags)
    except (parser.error, ValueError) as error:
        first.close()
        complaint = error
    from mailspec.text.syntax import stopped_at, syntax_fault

    needed = stand_ins(text, glued=True) if "[" in text or "{" in text else None
    if needed is not None:
        second = Composition()
        try:
            fault = _attempt(second, text, needed, parser, limits, tags)
        except (parser.error, ValueError) as error:
            second.close()
            # What stopped the parser later is what is really wrong.
            if stopped_at(error, text) > stopped_at(complaint, text):
                return second, syntax_fault(error, text)
        else:
            second.faults.extend(glued_keys(text, second))
            return second, fault
    return first, syntax_fault(complaint, text)


def _attempt(
    result: Composition,
    text: str,
    needed: StandIns | None,
    parser: Engine,
    limits: Limits,
    tags: Mapping[str, str],
) -> Fault | None:
    """Compose a text once.

    Raises:
        parser.error, ValueError: the text is not YAML.
    """
    source = needed.text if needed else text
    if not source.endswith("\n"):
        # The end of the file ends a line, as YAML 1.2.2 has it; libyaml would drop a block scalar's last spaces.
        source += "\n"
    next_event = parser.start(source)
    fault = compose(result, text, needed.undo(next_event) if needed else next_event, limits, tags)
    if fault is not None:
        result.close()
    return fault
