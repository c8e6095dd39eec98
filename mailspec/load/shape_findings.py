"""What the shape check found, in words: each disagreement goes to who knows the words for its kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mailspec.load.item import Path, place_of, pointer
from mailspec.load.key_findings import missing_key, unknown_key, wrong_key
from mailspec.load.received import key_of, received, subject, wanted
from mailspec.load.reference_findings import secret_in_file, secret_kind
from mailspec.load.templates import is_template, mark_in, not_evaluated
from mailspec.load.value_findings import encryption_in_other_words, wrong_value
from mailspec.load.written_as import written
from mailspec.outcome.finding import Finding
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.schema.shape import MOST_ERRORS, ShapeError, ShapeErrors, fits
from mailspec.text import Document

MORE = f"There are more than {MOST_ERRORS:,} problems of form in this file; the first {MOST_ERRORS:,} are told."
_MORE_HELP = "Fix the first errors; the others usually share their cause."
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
            found.append(unknown_key(document, path, error, renamed))
        elif error.kind == "missing":
            missing.append((error.path, missing_key(document, path)))
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
        return wrong_key(document, path[:-1])
    where = place_of(document, path)
    mark = mark_in(error.received)
    if mark and (error.kind != "secret_in_file" or is_template(error.received)):
        return not_evaluated(mark, where, path)
    if error.kind == "secret_in_file":
        return secret_in_file(where, name, error, more)
    if error.kind == "secret_kind":
        return secret_kind(where, name, error, more)
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
            f"'version' is {received(name, error, written(document, path)[0])}; this mailspec understands version: 1.",
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
        other = encryption_in_other_words(document, path, where, name, error, more)
        if other is not None:
            return other
    return wrong_value(document, path, where, name, error, more)
