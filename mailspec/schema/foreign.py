"""Words that have no model of ours, judged by the JSON Schema that their package brings.

Nothing is fetched: a schema may refer to its own parts alone. Messages repeat no value, since it may be a secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mailspec.outcome.mask import shown_key
from mailspec.text import suggest

Path_ = tuple[str | int, ...]
_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map",
    "null": "nothing",
}
_MOST = 100


class Disagreement(NamedTuple):
    """One thing that a schema does not allow. ``key`` tells that the key at ``path`` is meant, not its value."""

    code: str
    path: Path_
    message: str
    help: str
    key: bool = False
    near: str | None = None


def unusable(schema: Any) -> str | None:
    """Return why something is no JSON Schema, ``None`` where it is one."""
    import jsonschema

    if not isinstance(schema, Mapping) or not isinstance(schema.get("properties", {}), Mapping):
        return "it is no map, or its properties are none"
    try:
        _validator(schema).check_schema(dict(schema))
    except jsonschema.SchemaError as error:
        return f"at {'/'.join(map(str, error.absolute_path)) or 'its top'}: {error.validator} is not met"
    return None


def disagreements(schema: Mapping[str, Any], data: Any) -> Iterator[Disagreement]:
    """Yield what a value has against a schema.

    Raises nothing: a reference that leads nowhere is one disagreement more.
    """
    import jsonschema
    import referencing
    import referencing.exceptions

    judge = _validator(schema)(dict(schema), registry=referencing.Registry())
    try:
        errors = sorted(judge.iter_errors(data), key=lambda error: [str(step) for step in error.absolute_path])
    except (referencing.exceptions.Unresolvable, jsonschema.exceptions.UnknownType) as error:
        yield Disagreement("MS003", (), f"The schema of these words cannot be used ({type(error).__name__}).", "")
        return
    for found in errors[:_MOST]:
        yield from _disagreements_of(found)


def _validator(schema: Mapping[str, Any]) -> Any:
    from jsonschema.validators import Draft202012Validator, validator_for

    return validator_for(schema, default=Draft202012Validator)


def _disagreements_of(error: Any) -> Iterator[Disagreement]:
    path: Path_ = tuple(error.absolute_path)
    about = str(error.schema.get("description", "")) if isinstance(error.schema, Mapping) else ""
    if error.validator == "required":
        for word in error.validator_value:
            if word not in error.instance:
                yield Disagreement("MS003", path, f"'{word}' is missing.", _property(error.schema, word))
        return
    if error.validator == "additionalProperties":
        yield from _unknown(error, path)
        return
    yield Disagreement("MS003", path, f"{_subject(path)} {_wrong(error)}.", about)


def _unknown(error: Any, path: Path_) -> Iterator[Disagreement]:
    known = list(error.schema.get("properties", ()))
    for key in error.instance:
        if key not in known and not str(key).startswith("x-"):
            near = suggest(str(key), known)
            help_ = f"Did you mean {near}?" if near else f"Known here: {', '.join(known)}."
            place = f"in {path[-1]}" if path else "here"
            yield Disagreement(
                "MS004", (*path, key), f"'{shown_key(str(key))}' is not a key {place}.", help_, True, near
            )


def _property(schema: Any, word: str) -> str:
    entry = schema.get("properties", {}).get(word) if isinstance(schema, Mapping) else None
    about = entry.get("description", "") if isinstance(entry, Mapping) else ""
    return f"Add {word}: {about}" if about else f"Add {word}."


def _subject(path: Path_) -> str:
    if not path:
        return "This item"
    if isinstance(path[-1], str):
        return f"'{path[-1]}'"
    return f"An item of {next((step for step in reversed(path) if isinstance(step, str)), 'the list')}"


def _wrong(error: Any) -> str:
    wanted = error.validator_value
    if error.validator == "type":
        kinds = [wanted] if isinstance(wanted, str) else list(wanted)
        return f"has another kind; {' or '.join(_KINDS.get(kind, kind) for kind in kinds)} is wanted"
    if error.validator == "enum":
        return f"is none of {', '.join(map(str, wanted))}"
    if error.validator == "const":
        return f"must be {wanted}"
    if error.validator == "pattern":
        return f"does not match {wanted}"
    return f"does not fit: {error.validator} {wanted}" if isinstance(wanted, str | int | float) else "does not fit"
