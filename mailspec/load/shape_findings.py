"""What the shape check found, in words: what was received, what is wanted, what to write."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from mailspec.load.item import Path, content_start, place_of, pointer
from mailspec.load.other_words import Meant, meant_by_key, meant_by_security, meant_by_tls
from mailspec.load.received import KEYS, WANTED, choices, how_to_list, key_of, quote, received, subject, wanted
from mailspec.load.templates import is_template, mark_in, not_evaluated
from mailspec.load.text_findings import safe_pointer
from mailspec.model.kinds import SECRET_KINDS
from mailspec.outcome.finding import Edit, Finding, Fix, Safety
from mailspec.outcome.location import Location
from mailspec.outcome.mask import shown_key
from mailspec.outcome.report import finding
from mailspec.schema.accepts import accepts
from mailspec.schema.shape import MOST_ERRORS, ShapeError, ShapeErrors, fits, keys_at
from mailspec.text import Document, suggest

MORE = f"There are more than {MOST_ERRORS:,} problems of form in this file; the first {MOST_ERRORS:,} are told."
_MORE_HELP = "Fix the first errors; the others usually share their cause."
_NUMBER = re.compile("[0-9]{1,19}")  # int() refuses thousands of digits
_YAML_1_1 = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
_LONGEST_COMMON = 64  # a longer value hardly comes twice
_MOST_COMMON = 1024
_RETIRED = ("lotus_notes", "lotus notes", "lotusnotes", "lotus", "notes")


Whereabouts = Callable[[Path], tuple[Document, Path]]


def shape_findings(data: Any, errors: ShapeErrors, source: Whereabouts) -> tuple[list[Finding], list[Path]]:
    """Return the findings of data that has errors, and the paths in it that are unusable because of them.

    ``source`` tells for a path in the data in which document it stands and where there: an overlay's data is merged
    from several.
    """
    found: list[Finding] = []
    damaged: list[Path] = []
    # Where a key is to be renamed to a path, that path is not missing, and no second key is renamed to it.
    renamed: set[Path] = set()
    missing: list[tuple[Path, Finding]] = []
    if errors.cut:
        document, _ = source(())
        found.append(finding("MS003", MORE, Location(document.name, 1, 1, 1, 1), help=_MORE_HELP))
        # Nobody looked at all of these.
        damaged.extend((key,) for key, value in data.items() if not fits({key: value}))
    for error in errors.listed:
        document, path = source(error.path)
        damaged.append(error.path)
        if _explained(document, path, error):
            continue
        if error.kind == "extra_forbidden":
            found.append(_unknown_key(document, path, error, renamed))
        elif error.kind == "missing":
            missing.append((error.path, _missing(document, path)))
        else:
            found.append(_describe(document, path, error))
    found.extend(entry for path, entry in missing if path not in renamed)
    return found, [*damaged, *renamed]


def _explained(document: Document, path: Path, error: ShapeError) -> bool:
    """Tell whether the text itself is known to be wrong there: its words say more than the shape's."""
    for problem in document.problems:
        if problem.kind in {"value", "tag", "key"} and problem.path and path[: len(problem.path)] == problem.path:
            return True
        # What << was to bring is not missing.
        if problem.kind == "merge" and error.kind == "missing" and problem.path == path[:-1]:
            return True
    return False


def _describe(document: Document, path: Path, error: ShapeError) -> Finding:
    name = key_of(path) or ""
    more: dict[str, Any] = {"path": pointer(path)}
    if path[-1:] == ("[key]",):
        return _wrong_key(document, path[:-1])
    where = place_of(document, path)
    mark = mark_in(error.received)
    if mark and (error.kind != "secret_in_file" or is_template(error.received)):
        return not_evaluated(mark, where, path)
    if error.kind == "secret_in_file":
        meant = _misspelt_reference(error.received)
        if meant is not None:
            kind, rest = meant
            written = f"{{{kind}: {rest}}}"
            return finding(
                "MS003",
                f"{quote(name)} is a reference written as text; a map is wanted.",
                where,
                help=f"Write {name}: {written}.",
                fix=Fix("unsafe", f"Write {written}.", (Edit(where, written),)),
                **more,
            )
        return finding(
            "MS301",
            f"{quote(name)} holds a secret itself. Anyone who can read the repository can read it.",
            where,
            help=f"Write where the secret is instead, such as {name}: {{env: ACME_SMTP_PASSWORD}}, and change "
            "the secret, since it may have been committed.",
            **more,
        )
    if error.kind == "secret_kind":
        return _secret_kind(where, name, error, more)
    if error.kind == "literal_error" and name == "mode" and str(error.received).lower() in _RETIRED:
        return finding(
            "MS404",
            "Lotus Notes is no longer a mail mode.",
            where,
            help="Use mode: other for the mail program of the workstation, mode: smtp for any mail server, or "
            "mode: office365 for Microsoft 365.",
            **more,
        )
    if error.path == ("version",):
        return finding(
            "MS003",
            f"'version' is {received(name, error, _written(document, path)[0])}; this mailspec understands version: 1.",
            where,
            help="Write version: 1, or use a mailspec that knows the other version.",
            **more,
        )
    if error.received is None:
        return finding(
            "MS003",
            f"{subject(path)} is empty; {wanted(name, error)} is wanted.",
            where,
            help="Write it, or remove its dash." if path[-1:] != (name,) else f"Give {name} a value or remove the key.",
            **more,
        )
    if name in {"security", "tls"} and isinstance(error.received, str | bool):
        other = _other_words(document, path, where, name, error, more)
        if other is not None:
            return other
    return _wrong_value(document, path, where, name, error, more)


def _other_words(
    document: Document, path: Path, where: Location, name: str, error: ShapeError, more: dict[str, Any]
) -> Finding | None:
    """Answer another program's word for the encryption with ours."""
    beside, value = _beside(document, path), error.received
    if name == "tls":
        meant: Meant | None = meant_by_tls(value, beside)
        place = _pair(document, path)
    else:
        meant, place = meant_by_security(str(value), beside), where
    if meant is None:
        return None
    source = _written(document, path)[0]
    fix = None
    if meant.write and not source.startswith("*"):
        instead = meant.write if name == "tls" else _in_quotes_of(source, meant.write)
        # Without a port beside it, another layer may have one that does not go with it.
        safety: Safety = "safe" if name == "security" and "port" in beside else "unsafe"
        fix = Fix(safety, f"Write {meant.write}.", (Edit(place, instead),))
    message = f"{subject(path)} is {received(name, error, source)}; {wanted(name, error)} is wanted."
    return finding("MS003", message, where, help=meant.help, fix=fix, **more)


def _pair(document: Document, path: Path) -> Location:
    """Return where a key and its value stand together."""
    key, value = place_of(document, path, key=True), place_of(document, path)
    return Location(key.file, key.line, key.column, value.end_line, value.end_column)


# How a CSV of people writes a reference, and what may stand behind the kind without being a password.
_AS_TEXT = re.compile(
    r"(env):\s*([A-Za-z_][A-Za-z0-9_]*)|(file|age|keyring|vault|sops):\s*([\w./{}@#-]*[/#][\w./{}@#-]*)"
)


def _misspelt_reference(value: object) -> tuple[str, str] | None:
    """Return kind and name of a reference that is written as one text, such as ``env:NAME``."""
    found = _AS_TEXT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    kind, rest = found[1] or found[3], found[2] or found[4]
    return kind, f'"{rest}"' if kind not in {"env", "file", "age"} else rest


class _Words(NamedTuple):
    """How a wrong value is told. ``instead`` is what to write for it, in the quotes that it has if ``as_quoted``."""

    message: str
    help: str
    safety: Safety = "safe"
    fix: str = ""
    instead: str = ""
    as_quoted: bool = False


def _wrong_value(
    document: Document, path: Path, where: Location, name: str, error: ShapeError, more: dict[str, Any]
) -> Finding:
    # Where something stands in a list changes no word.
    inside = known = _without_indexes(path)
    if error.path is not path:
        known = _without_indexes(error.path)
    value = error.received
    source, is_tagged = _written(document, path)
    asked = (inside, known, error.kind, value.__class__, value, source)
    common = len(value) <= _LONGEST_COMMON if isinstance(value, str) else not isinstance(value, dict | list)
    words = (_known_words.get(asked) if common else None) or _words_for(inside, name, error, source)
    if common and len(_known_words) < _MOST_COMMON:
        _known_words[asked] = words
    fix = None
    # A tag says what the value is to be taken for, whatever is written behind it.
    if words.fix and not is_tagged:
        instead = _in_quotes_of(source, words.instead) if words.as_quoted else words.instead
        fix = Fix(words.safety, words.fix, (Edit(where, instead),))
    return finding("MS003", words.message, where, help=words.help, fix=fix, **more)


def _without_indexes(path: Path) -> Path:
    return tuple([0 if step.__class__ is int else step for step in path])


def _words_for(path: Path, name: str, error: ShapeError, source: str) -> _Words:
    kind, value, known = error.kind, error.received, _without_indexes(error.path)
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


def _unknown_key(document: Document, path: Path, error: ShapeError, renamed: set[Path]) -> Finding:
    where = place_of(document, path, key=True)
    key = str(path[-1])
    known = keys_at(error.path[:-1])
    beside = _beside(document, path)
    value = beside.get(key)
    near = _nearest(key, known, error.path, value)
    section = next((step for step in reversed(error.path[:-1]) if isinstance(step, str)), "")
    inside = f"in {section}" if section else "at the top of a file"
    fix = None
    meant = None if key.lower() in known else meant_by_key(key, value, beside, known)
    if meant is not None:
        help_ = meant.help
        if meant.key and (*error.path[:-1], meant.key) not in renamed:
            renamed.add((*error.path[:-1], meant.key))
            if meant.write:
                fix = Fix("unsafe", f"Write {meant.write}.", (Edit(_pair(document, path), meant.write),))
            else:
                new = _in_quotes_of(_written(document, path, key=True)[0], meant.key)
                fix = Fix("unsafe", f"Rename the key to {meant.key}.", (Edit(where, new),))
    elif near:
        help_ = f"Did you mean {near}?"
        place = (*error.path[:-1], near)
        if place not in renamed and near not in beside:
            renamed.add(place)
            edit = Edit(where, _in_quotes_of(_written(document, path, key=True)[0], near))
            fix = Fix("unsafe", f"Rename the key to {near}.", (edit,))
    elif not section and key in keys_at(("configurations", 0)) + keys_at(("users", 0)) + keys_at(("groups", 0)):
        help_ = "Put it into an item of a section's list, such as users: and below it - email: alice@acme.example."
    else:
        help_ = f"Known {inside}: {', '.join(known)}. A key of your own starts with x-."
    message = f"{quote(shown_key(key))} is not a key {inside}."
    return finding("MS004", message, where, path=safe_pointer(path), help=help_, fix=fix)


def _wrong_key(document: Document, path: Path) -> Finding:
    """Say that a key that the author chose, such as a header's or an environment's name, has another form."""
    kind = str(path[-2]) if len(path) > 1 else ""
    return finding(
        "MS003",
        f"{quote(str(path[-1]))} cannot be a key in {kind}.",
        place_of(document, path, key=True),
        path=pointer(path),
        help=f"Write {KEYS.get(kind, 'letters, digits and -')}.",
    )


def _missing(document: Document, path: Path) -> Finding:
    parent = path[:-1]
    return finding(
        "MS003",
        f"{quote(str(path[-1]))} is missing.",
        place_of(document, parent),
        path=pointer(parent),
        help=f"Add {path[-1]}: {WANTED.get(str(path[-1]), 'and its value')}.",
    )


def _secret_kind(where: Location, name: str, error: ShapeError, more: dict[str, Any]) -> Finding:
    keys = [str(key) for key in error.received]
    near = next((near for key in keys if (near := suggest(key, list(SECRET_KINDS)))), None)
    message = f"{quote(name)} must name exactly one place where the secret is."
    help_ = f"Did you mean {near}?" if near else f"Write one of {', '.join(SECRET_KINDS)}, such as {{env: NAME}}."
    return finding("MS003", message, where, help=help_, **more)


def _nearest(key: str, known: list[str], path: Path, value: Any) -> str | None:
    """Return the nearest key; where it does not take the value, the first one in reach that does."""
    near = suggest(key, known)
    if near is None or not isinstance(value, str | int) or accepts(_without_indexes((*path[:-1], near)), value):
        return near
    others = (suggest(key, [other]) for other in known)
    return next((word for word in others if word and accepts(_without_indexes((*path[:-1], word)), value)), near)


def _beside(document: Document, path: Path) -> dict[str, Any]:
    """Return the map in which a key stands."""
    data = document.data
    for step in path[:-1]:
        data = data[step]
    return data if isinstance(data, dict) else {}


def _may_be_quoted(source: str, error: ShapeError) -> bool:
    """Tell whether quotes are all that a value lacks. An alias is fixed where its anchor stands."""
    return not source.startswith("*") and accepts(error.path, source)


def _written(document: Document, path: Path, *, key: bool = False) -> tuple[str, bool]:
    """Return how a value (or its key) is written, without an anchor or a tag, and whether it has a tag."""
    span, text = document.span(path, key=key), document.text
    start = content_start(text, span.start, span.end)
    return text[start : span.end], "!" in text[span.start : start]


def _in_quotes_of(source: str, text: str) -> str:
    """Put a word in the quotes that the one before it has: {"a":1} needs them to stay a map."""
    mark = source[:1]
    return f"{mark}{text}{mark}" if mark in {'"', "'"} else text
