"""What can be told of a template without running it: its syntax, unknown variables, missing parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from mailspec.message.parsed_template import MOST_TROUBLES, Parsed, Templates
from mailspec.message.template import Trouble, given_parts
from mailspec.message.template_places import place_of_word
from mailspec.message.template_variables import unknown_variables

# The parts that every message needs; HTML is a courtesy.
_NEEDED = {
    "subject": "Write subject: in the email type, or {% block subject %} in the template.",
    "text": "Write {% block text %} for recipients and filters that read no HTML.",
}
_MOST = 100  # templates that one includes, in all
_MOST_COMPARED = 1_000_000  # variables of templates, counted for each e-mail type that uses one; about two seconds
_TOO_MANY = f"the e-mail types read more than {_MOST_COMPARED:,} variables together; those of this one are not compared"


def examine(name: str, templates: Templates, subject: str | None, sample: Mapping[str, Any] | None) -> list[Trouble]:
    """Return what is wrong with a template and those that it includes, in the order of their lines.

    ``sample`` are the known variables; ``None`` where nobody said which there are, then none is unknown.
    """
    found: list[Trouble] = []
    declared = None if subject is None else templates.parse("", subject)
    read = _closure(name, templates, declared, found)
    if sample is not None:
        found += islice(_unknown(read, templates, sample), max(0, MOST_TROUBLES + 1 - len(found)))
    if name in read and not read[name].extends:
        given = given_parts(name, read[name].blocks, subject=subject is not None)
        lacking = [part for part in _NEEDED if part not in given]
        found += [Trouble("part", f"has no {part}", name, help=_NEEDED[part]) for part in lacking]
    if isinstance(declared, Trouble):
        found.append(declared)
    elif declared is not None:
        found += declared.troubles
        if sample is not None and templates.compared <= _MOST_COMPARED:
            found += islice(_unknown({"": declared}, templates, sample), MOST_TROUBLES + 1)
    if len(found) > MOST_TROUBLES:
        more = f"more than {MOST_TROUBLES} things are wrong; the others are not told"
        found[MOST_TROUBLES:] = [Trouble("syntax", more, name)]
    return found


def files_of(name: str, templates: Templates, subject: str | None) -> tuple[str, ...]:
    """Return the paths of a template and of those that it includes, also of those that cannot be read."""
    declared = None if subject is None else templates.parse("", subject)
    found: list[Trouble] = []
    read = _closure(name, templates, declared, found)
    used = [path for parsed in (declared, *read.values()) if isinstance(parsed, Parsed) for path, _line in parsed.uses]
    return tuple(dict.fromkeys((name, *read, *used)))


def _closure(
    name: str, templates: Templates, declared: Parsed | Trouble | None, found: list[Trouble]
) -> dict[str, Parsed]:
    """Return a template with those that it includes; what is wrong with them is among ``found``."""
    read: dict[str, Parsed] = {}
    pending = [(name, name, 1)]
    if isinstance(declared, Parsed):
        pending += [(path, "", line) for path, line in declared.uses]
    while pending and len(read) < _MOST and len(found) <= MOST_TROUBLES:
        current, by, line = pending.pop()
        if current in read:
            continue
        parsed = templates.get(current)
        if parsed is None:
            text = declared.text if by == "" and isinstance(declared, Parsed) else templates.text(by) or ""
            found.append(_absent(current, by, line, text))
        elif isinstance(parsed, Trouble):
            found.append(parsed)
        else:
            read[current] = parsed
            found += parsed.troubles
            pending += [(path, current, line) for path, line in parsed.uses]
    return read


def _absent(name: str, by: str, line: int, text: str) -> Trouble:
    """Return that a template is not there, which the ``text`` of another one (``by``) names."""
    if name == by:
        return Trouble("missing", f"{name} cannot be read", name)
    _line, column, end = place_of_word(text, line, name.rpartition("/")[2])
    message = f"there is no {name}, which is named here"
    return Trouble("missing", message, by, line, column, end, "A name starts at the template's own folder.")


def _unknown(read: Mapping[str, Parsed], templates: Templates, sample: Mapping[str, Any]) -> Iterator[Trouble]:
    templates.compared += sum(len(parsed.variables.read) + len(parsed.variables.own) for parsed in read.values())
    if templates.compared > _MOST_COMPARED:
        yield Trouble("syntax", _TOO_MANY, next(iter(read)))
        return
    yield from unknown_variables({name: (parsed.text, parsed.variables) for name, parsed in read.items()}, sample)
