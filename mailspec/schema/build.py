"""Generate everything that follows from the model: the shape check and the published JSON Schemas.

Run by ``make generate``; a test fails when the result is stale.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from mailspec.model.kinds import SECRET_KINDS
from mailspec.model.spec import Sections
from mailspec.schema.editors import for_editors
from mailspec.schema.output import DIALECT, output_schemas
from mailspec.schema.target_types import OVERLAY, with_target_types

HERE = Path(__file__).parent
SHAPE = HERE / "shape.json"
PUBLISHED = HERE.parent.parent / "schemas"
BASE = "https://mailspec.example/schemas/v1/"
_REF = "#/definitions/"
_ADDRESS = re.compile(r"(?<=[A-Za-z]):[0-9]{6,}$")
_DROPPED = frozenset({"metadata", "cls", "cls_name", "serialization"})


def core_shape() -> dict[str, Any]:
    """Return pydantic-core's schema of a file as plain data, with a label on each choice of a union."""
    schema: Any = TypeAdapter(Sections).core_schema
    definitions = {_ADDRESS.sub("", entry["ref"]): entry for entry in schema.get("definitions", ())}
    shape: dict[str, Any] = _plain(schema, definitions)
    return shape


def _plain(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, dict):
        plain = {key: _plain(value, definitions) for key, value in node.items() if key not in _DROPPED}
        if plain.get("type") == "union":
            plain["mode"] = "left_to_right"
            plain["choices"] = [[choice, _label(choice, definitions)] for choice in plain["choices"]]
        return plain
    if isinstance(node, list | tuple):
        return [_plain(item, definitions) for item in node]
    # References end in the address of a class, which is another one at each run.
    return _ADDRESS.sub("", node) if isinstance(node, str) else node


def _label(choice: dict[str, Any], definitions: dict[str, Any]) -> str:
    choice = definitions.get(choice.get("schema_ref", ""), choice)
    if choice["type"] == "typed-dict":
        keys = list(choice["fields"])
        return f"|secret:{keys[0]}" if keys[0] in SECRET_KINDS and len(keys) == 1 else "|map"
    return f"|{choice['type']}"


def spec_schema() -> dict[str, Any]:
    """Return the JSON Schema of a Spec's file, for editors and for checks by others."""
    schema = for_editors(_language())
    schema["definitions"].pop("Environment")
    overlay = _renamed(_overlay())
    schema["definitions"] |= {OVERLAY + name: value for name, value in overlay.pop("definitions").items()}
    schema["definitions"]["Environment"] = overlay
    overlays = schema["properties"]["environments"]
    overlays["patternProperties"] = {key: {"$ref": _REF + "Environment"} for key in overlays["patternProperties"]}
    return _published("mailspec.schema.json", "mailspec", schema)


def environment_schema() -> dict[str, Any]:
    """Return the JSON Schema of an overlay: partial items, ``null`` unsets, ``new: true`` adds."""
    return _published("environment.schema.json", "mailspec environment", _overlay())


def _published(name: str, title: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": DIALECT, "$id": BASE + name, "title": title, **with_target_types(schema)}


def _language() -> dict[str, Any]:
    """Return the model's schema in draft 7's words: what others refer to stands below ``definitions``."""
    schema = TypeAdapter(Sections).json_schema(mode="validation", ref_template=_REF + "{model}")
    schema["definitions"] = schema.pop("$defs")
    tidy: dict[str, Any] = _tidy(schema)
    return tidy


def _overlay() -> dict[str, Any]:
    # An overlay's missing word means "as in the base", so it has no defaults.
    schema: dict[str, Any] = _relaxed(for_editors(_language(), defaults=False))
    schema["properties"].update(schema["definitions"].pop("Environment")["properties"])
    for name in ("requires", "include", "environments"):
        schema["properties"].pop(name)
    for name in ("Configuration", "Group", "User", "Mailing", "Feature", "EmailType", "Target"):
        item = schema["definitions"][name]
        item["required"] = ["email"] if name == "User" else ["name"]
        item["properties"]["new"] = {"type": "boolean", "description": "The base does not have it."}
        if name != "Configuration":
            item["properties"]["state"] = {"const": "absent", "description": "Remove the item."}
    return schema


def _renamed(node: Any) -> Any:
    """Make references to an overlay's definitions fit beside those of the base, which have the same names."""
    if isinstance(node, list):
        return [_renamed(item) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return {**node, "$ref": node["$ref"].replace(_REF, _REF + OVERLAY)}
    return {key: _renamed(value) for key, value in node.items()}


def _tidy(node: Any) -> Any:
    """Drop generated titles, let ``x-`` keys pass, and make each reference to a secret exactly one kind."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidy = {key: _tidy(value) for key, value in node.items() if not (key == "title" and isinstance(value, str))}
    if tidy.get("type") == "object" and "properties" in tidy and not _is_secret(tidy):
        tidy["patternProperties"] = {"^x-": {}}
    elif "patternProperties" in tidy:
        tidy["additionalProperties"] = False
    return tidy


def _relaxed(node: Any) -> Any:
    if isinstance(node, list):
        return [_relaxed(item) for item in node]
    if not isinstance(node, dict):
        return node
    relaxed = {key: _relaxed(value) for key, value in node.items()}
    if "properties" in node and not _is_secret(node):
        relaxed.pop("required", None)
        relaxed["properties"] = {
            key: value if key in {"name", "email"} else _or_null(value) for key, value in relaxed["properties"].items()
        }
    return relaxed


def _or_null(value: dict[str, Any]) -> dict[str, Any]:
    """Let ``null`` unset a key; what editors show stays outside, where they look for it."""
    shown = {word: value[word] for word in ("description",) if word in value}
    return {**shown, "anyOf": [{key: entry for key, entry in value.items() if key not in shown}, {"type": "null"}]}


def _is_secret(node: dict[str, Any]) -> bool:
    keys = list(node["properties"])
    return len(keys) == 1 and keys[0] in SECRET_KINDS


def documents() -> dict[Path, str]:
    """Return every generated file with its text."""
    written: dict[Path, str] = {SHAPE: json.dumps(core_shape(), separators=(",", ":")) + "\n"}
    published = {"mailspec.schema.json": spec_schema(), "environment.schema.json": environment_schema()}
    published |= {f"output/{name}.json": schema for name, schema in output_schemas().items()}
    for name, schema in published.items():
        written[PUBLISHED / name] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return written


def main() -> None:
    """Write every generated file."""
    for path, text in documents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
