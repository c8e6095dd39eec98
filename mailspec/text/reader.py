"""``read``: one file's bytes to a Document. Never raises for what a file may hold."""

from __future__ import annotations

from collections.abc import Mapping

from mailspec.text.comments import glued
from mailspec.text.compose import Composition, compose
from mailspec.text.decode import decode
from mailspec.text.document import Document
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
) -> Document:
    """Read one YAML file.

    ``name`` is kept for messages. ``tags`` maps tags of scalars to keys: with ``{"!vault": "ansible_vault"}`` the
    scalar ``!vault x`` becomes ``{"ansible_vault": "x"}``.
    """
    text, bom, fault = decode(raw, limits)
    document = Document(name, text, bom=bom)
    if fault is None and "%" in text:
        text, fault = directives(text)
    if fault is not None:
        document.add([fault])
        return document
    if "<<<<<<< " in text or ">>>>>>> " in text:
        from mailspec.text.conflicts import conflicts

        if conflict := conflicts(text):
            # Nothing between the markers is anybody's word: what could be read would be two answers at once.
            document.add(conflict)
            return document
    result, fault = _compose(text, limits, tags)
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


def _compose(text: str, limits: Limits, tags: Mapping[str, str]) -> tuple[Composition, Fault | None]:
    """Compose a text, a second time where ``:`` or ``?`` next to brackets may be why it failed."""
    first, fault, error = _attempt(text, stand_ins(text, glued=False), limits, tags)
    if error is None:
        return first, fault
    from mailspec.text.syntax import stopped_at, syntax_fault

    needed = stand_ins(text, glued=True) if "[" in text or "{" in text else None
    if needed is not None:
        second, fault, later = _attempt(text, needed, limits, tags)
        if later is None:
            second.faults.extend(glued_keys(text, second))
            return second, fault
        # What stopped the parser later is what is really wrong.
        if stopped_at(later, text) > stopped_at(error, text):
            return second, syntax_fault(later, text)
    return first, syntax_fault(error, text)


def _attempt(
    text: str, needed: StandIns | None, limits: Limits, tags: Mapping[str, str]
) -> tuple[Composition, Fault | None, Exception | None]:
    """Compose a text once; return what was read, the limit that it broke, and the parser's complaint."""
    from ruamel.yaml.error import YAMLError

    result = Composition()
    source = needed.text if needed else text
    if not source.endswith("\n"):
        # The end of the file ends a line, as YAML 1.2.2 has it; libyaml would drop a block scalar's last spaces.
        source += "\n"
    try:
        fault = compose(result, text, source, limits, tags, back=needed.back if needed else None)
    except (YAMLError, ValueError) as error:
        result.close()
        return result, None, error
    if fault is not None:
        result.close()
    return result, fault, None
