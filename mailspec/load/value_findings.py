"""Values of another form than the language wants, in words: what was received, what is wanted, what to write."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from mailspec.load.item import Path
from mailspec.load.other_words import Meant, meant_by_security, meant_by_tls
from mailspec.load.received import choices, how_to_list, received, subject, wanted
from mailspec.load.written_as import in_quotes_of, map_beside, pair, without_indexes, written
from mailspec.outcome.finding import Edit, Finding, Fix, Safety
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.schema.accepts import accepts
from mailspec.schema.shape import ShapeError
from mailspec.text import Document, suggest

_NUMBER = re.compile("[0-9]{1,19}")  # int() refuses thousands of digits
_YAML_1_1 = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
_LONGEST_COMMON = 64  # a longer value hardly comes twice
_MOST_COMMON = 1024


def encryption_in_other_words(
    document: Document, path: Path, where: Location, name: str, error: ShapeError, more: dict[str, Any]
) -> Finding | None:
    """Answer another program's word for the encryption with ours."""
    beside, value = map_beside(document, path), error.received
    if name == "tls":
        meant: Meant | None = meant_by_tls(value, beside)
        place = pair(document, path)
    else:
        meant, place = meant_by_security(str(value), beside), where
    if meant is None:
        return None
    source = written(document, path)[0]
    fix = None
    if meant.write and not source.startswith("*"):
        instead = meant.write if name == "tls" else in_quotes_of(source, meant.write)
        # Without a port beside it, another layer may have one that does not go with it.
        safety: Safety = "safe" if name == "security" and "port" in beside else "unsafe"
        fix = Fix(safety, f"Write {meant.write}.", (Edit(place, instead),))
    message = f"{subject(path)} is {received(name, error, source)}; {wanted(name, error)} is wanted."
    return finding("MS003", message, where, help=meant.help, fix=fix, **more)


class _Words(NamedTuple):
    """How a wrong value is told. ``instead`` is what to write for it, in the quotes that it has if ``as_quoted``."""

    message: str
    help: str
    safety: Safety = "safe"
    fix: str = ""
    instead: str = ""
    as_quoted: bool = False


def wrong_value(
    document: Document, path: Path, where: Location, name: str, error: ShapeError, more: dict[str, Any]
) -> Finding:
    """Say that a value has another form, and what to write for it."""
    # Where something stands in a list changes no word.
    inside = known = without_indexes(path)
    if error.path is not path:
        known = without_indexes(error.path)
    value = error.received
    source, is_tagged = written(document, path)
    asked = (inside, known, error.kind, value.__class__, value, source)
    common = len(value) <= _LONGEST_COMMON if isinstance(value, str) else not isinstance(value, dict | list)
    words = (_known_words.get(asked) if common else None) or _words_for(inside, name, error, source)
    if common and len(_known_words) < _MOST_COMMON:
        _known_words[asked] = words
    fix = None
    # A tag says what the value is to be taken for, whatever is written behind it.
    if words.fix and not is_tagged:
        instead = in_quotes_of(source, words.instead) if words.as_quoted else words.instead
        fix = Fix(words.safety, words.fix, (Edit(where, instead),))
    return finding("MS003", words.message, where, help=words.help, fix=fix, **more)


def _words_for(path: Path, name: str, error: ShapeError, source: str) -> _Words:
    kind, value, known = error.kind, error.received, without_indexes(error.path)
    want = wanted(name, error)
    message = f"{subject(path)} is {received(name, error, source)}; {want} is wanted."
    if not path:
        return _Words(message, "Put what is here below the name of a section, such as configurations: or users:.")
    if kind == "list_type":
        return _Words(message, how_to_list(value))
    if kind == "bool_type" and isinstance(value, str):
        boolean = _YAML_1_1.get(value.lower())
        if boolean:
            help_ = f"YAML 1.2 knows only true and false: write {boolean}."
            return _Words(message, help_, "safe", f"Write {boolean}.", boolean)
    elif isinstance(value, str) and _NUMBER.fullmatch(value) and accepts(known, int(value)):
        return _Words(
            message, f"Write the number without quotes: {int(value)}.", "safe", "Drop the quotes.", str(int(value))
        )
    elif isinstance(value, bool | int | float) and _may_be_quoted(source, error):
        return _Words(message, f'Write it in quotes: "{source}".', "safe", "Put it in quotes.", f'"{source}"')
    elif kind == "literal_error" and isinstance(value, str):
        near = suggest(value, choices(error))
        if near:
            return _Words(message, f"Did you mean {near}?", "unsafe", f"Write {near}.", near, as_quoted=True)
    return _Words(message, f"Write {want}.")


# Who writes a wrong value does so in many files. By path, kind of error, kind of value, value and how it is written.
_known_words: dict[tuple[Any, ...], _Words] = {}


def _may_be_quoted(source: str, error: ShapeError) -> bool:
    """Tell whether quotes are all that a value lacks. An alias is fixed where its anchor stands."""
    return not source.startswith("*") and accepts(error.path, source)
