"""The shape check: is a file's data what the language allows?

pydantic-core runs a schema that was generated from the model, so nothing else of pydantic is imported. A pydantic-core
that does not take it gets one derived from the model by its own pydantic: slower to start, the same answers.
"""

import json
import os
from collections.abc import Iterator, Set
from functools import cache, lru_cache
from itertools import islice
from typing import Any, NamedTuple

from pydantic_core import SchemaError, SchemaValidator, ValidationError

from mailspec.model.kinds import SECRET_KINDS

Path_ = tuple[str | int, ...]

# A file that is wrong as often as this is wrong in one way.
MOST_ERRORS = 1000
_MOST_LISTED = 10_000


class ShapeError(NamedTuple):
    """One disagreement. ``kind`` is pydantic's error type, or ``secret_in_file`` / ``secret_kind``."""

    kind: str
    path: Path_
    received: Any
    context: dict[str, Any]


@cache
def _shape() -> dict[str, Any]:
    with open(os.path.join(os.path.dirname(__file__), "shape.json"), "rb") as stream:
        shape: dict[str, Any] = json.loads(stream.read(), object_hook=_with_labels)  # noqa: TID251 -- a file of our own
    return shape


def _with_labels(node: dict[str, Any]) -> dict[str, Any]:
    """Make a union's labelled choices pairs again, which JSON cannot hold."""
    if node.get("type") == "union":
        node["choices"] = [tuple(choice) for choice in node["choices"]]
    return node


@cache
def _validator() -> SchemaValidator:
    try:
        return SchemaValidator(_shape())
    except SchemaError:
        from mailspec.schema.build import core_shape

        return SchemaValidator(json.loads(json.dumps(core_shape()), object_hook=_with_labels))  # noqa: TID251 -- a file of our own


def fits(data: object) -> bool:
    """Tell whether the data of one file has the right shape. Quick; says nothing about what is wrong."""
    return _validator().isinstance_python(data)


class ShapeErrors(NamedTuple):
    """The first disagreements of a file's data with the language, and whether there are more."""

    listed: list[ShapeError]
    cut: bool

    def __bool__(self) -> bool:
        return self.cut or bool(self.listed)


def shape_errors(data: object) -> list[ShapeError]:
    """Return every disagreement of a file's data with the language, in the order of the model.

    Keys that start with ``x-`` are the author's own and never an error.
    """
    try:
        _validator().validate_python(data)
    except ValidationError as error:
        return _as_meant(data, error.errors(include_url=False))
    return []


_NO_ERRORS = ShapeErrors([], cut=False)


def first_shape_errors(data: object) -> ShapeErrors:
    """Return at most ``MOST_ERRORS`` disagreements, and beyond them every secret that was found."""
    try:
        _validator().validate_python(data)
    except ValidationError as error:
        # Pydantic says several things of one value; to list half a million of them takes seconds.
        if error.error_count() <= _MOST_LISTED:
            found, cut = _as_meant(data, error.errors(include_url=False)), False
        else:
            found, cut = shape_errors(_shortened(data)), True
        secrets = [entry for entry in found[MOST_ERRORS:] if entry.kind == "secret_in_file"]
        return ShapeErrors([*found[:MOST_ERRORS], *secrets], cut or len(found) > MOST_ERRORS)
    return _NO_ERRORS


def _as_meant(data: object, found: list[Any]) -> list[ShapeError]:
    """Return what pydantic says, one error a place: of a union's choices the first one speaks for all."""
    if len(found) == 1 and _label(found[0]["loc"]) is None and found[0]["type"] != "extra_forbidden":
        # The one error of nearly all files that have any is about what has one form.
        only = found[0]
        return [ShapeError(only["type"], only["loc"], only["input"], only.get("ctx", {}))]
    maps = {loc[: at + 1] for entry in found if (at := _label(loc := entry["loc"])) is not None and loc[at] == "|map"}
    cleaned: dict[Path_, ShapeError] = {}
    for entry in found:
        loc, context = entry["loc"], entry.get("ctx", {})
        for shaped in _cleaned(entry["type"], loc, data, entry["input"], context, _map_taken(loc, maps)):
            cleaned.setdefault(shaped.path, shaped)
    return list(cleaned.values())


def _shortened(data: object) -> object:
    """Return data whose long lists end behind as many wrong items as are told."""
    if not isinstance(data, dict):
        return data
    return {key: value[: _enough(key, value)] if isinstance(value, list) else value for key, value in data.items()}


def _enough(section: str, items: list[Any]) -> int:
    wrong = (index for index, item in enumerate(items) if not fits({section: [item]}))
    return next(islice(wrong, MOST_ERRORS, None), len(items)) + 1


def _label(loc: Path_) -> int | None:
    """Return where in a location the label of a union's choice stands."""
    for index, step in enumerate(loc):
        if step.__class__ is str and step[:1] == "|":
            return index
    return None


def _map_taken(loc: Path_, maps: Set[Path_]) -> bool:
    """Tell whether the union that an error lies in has a map among its choices."""
    at = _label(loc)
    return at is None or str(loc[at]).startswith("|secret:") or (*loc[:at], "|map") in maps


def _cleaned(
    kind: str, loc: Path_, data: object, received: Any, context: dict[str, Any], map_taken: bool
) -> Iterator[ShapeError]:
    """Turn pydantic's error about each choice of a union into at most one about the choice that was meant."""
    path: list[str | int] = []
    current: Any = data
    for step in loc:
        # A key of the author's may look like a label; then it is found in the data.
        if isinstance(step, str) and step.startswith("|") and not (isinstance(current, dict) and step in current):
            if step.startswith("|secret:"):
                wrong = _secret_error(tuple(path), current)
                if wrong is not None:
                    yield wrong
                    return
                if step != f"|secret:{next(iter(current))}":
                    return
            elif step != "|map" and isinstance(current, dict) and map_taken:
                # The map was meant; what the other choices say of it helps nobody.
                return
            continue
        path.append(step)
        if isinstance(current, dict):
            current = current.get(step)
        elif isinstance(current, list) and isinstance(step, int) and step < len(current):
            current = current[step]
    if kind == "extra_forbidden" and isinstance(path[-1], str) and path[-1].startswith("x-"):
        return
    yield ShapeError(kind, tuple(path), received, context)


def _secret_error(path: Path_, value: Any) -> ShapeError | None:
    if isinstance(value, dict):
        known = [key for key in value if key in SECRET_KINDS]
        if len(value) == 1 and known:
            return None
        return ShapeError("secret_kind", path, list(value), {})
    if value is None:
        return ShapeError("none", path, None, {})
    return ShapeError("secret_in_file", path, value, {})


def nodes_at(path: Path_) -> list[dict[str, Any]]:
    """Return what the language takes at ``path``: pydantic-core's schema of each form that a value may have."""
    return _nodes_at(tuple(0 if isinstance(step, int) else step for step in path))


@lru_cache(maxsize=1024)
def _nodes_at(path: Path_) -> list[dict[str, Any]]:
    definitions = {entry["ref"]: entry for entry in _shape().get("definitions", ())}
    nodes = [_shape()]
    for step in path:
        nodes = [child for node in nodes for child in _children(_concrete(node, definitions), step)]
    return [leaf for node in nodes for leaf in _concrete(node, definitions)]


def keys_at(path: Path_) -> list[str]:
    """Return the keys that the language knows in the map at ``path``, for a did-you-mean."""
    return list(dict.fromkeys(key for node in nodes_at(path) for key in node.get("fields", ())))


def _concrete(node: dict[str, Any], definitions: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    kind = node["type"]
    if kind == "definitions":
        return _concrete(node["schema"], definitions)
    if kind == "definition-ref":
        return _concrete(definitions[node["schema_ref"]], definitions)
    if kind == "nullable":
        return _concrete(node["schema"], definitions)
    if kind == "union":
        return [leaf for choice, _label in node["choices"] for leaf in _concrete(choice, definitions)]
    return [node]


def _children(nodes: list[dict[str, Any]], step: str | int) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if node["type"] == "typed-dict" and step in node["fields"]:
            yield node["fields"][step]["schema"]
        elif node["type"] == "list" and isinstance(step, int):
            yield node["items_schema"]
        elif node["type"] == "dict":
            yield node["values_schema"]


@cache
def all_keys() -> frozenset[str]:
    """Return every key that the language knows anywhere."""
    keys: set[str] = set()
    pending: list[Any] = [_shape()]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            keys.update(node.get("fields", ()) if isinstance(node.get("fields"), dict) else ())
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return frozenset(keys)
