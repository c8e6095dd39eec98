"""What SchemaStore demands of an entry (its CONTRIBUTING.md and cli.js of 2026-08-07), and Ajv as it sets it up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
STORE = ROOT / "editors/schemastore"
SCHEMAS = [ROOT / "schemas/mailspec.schema.json", ROOT / "schemas/environment.schema.json"]
PRAGMA = "# yaml-language-server: $schema="


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def read(path: Path) -> Any:
    # By way of JSON, as a language server sees it: every key is text.
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))))


def keys(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every key that a file may have, with its schema."""
    for name, definition in [("", schema), *schema["definitions"].items()]:
        yield from ((f"{name}.{key}", value) for key, value in definition.get("properties", {}).items())


def test_the_entry_keeps_the_catalogues_rules() -> None:
    entry = load(STORE / "catalog-entry.json")
    assert set(entry) == {"name", "description", "fileMatch", "url"}
    for word in ("name", "description"):
        assert not re.search(r"[,. \t-]$", entry[word])
        assert "schema" not in entry[word].lower()
        assert "\n" not in entry[word]
    # Nothing generic, nothing clever, and a folder would need **/ in front.
    assert entry["fileMatch"] == ["mailspec.yml", "mailspec.yaml"]
    assert entry["url"] == load(SCHEMAS[0])["$id"]


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_the_schema_is_of_the_draft_that_editors_know(path: Path) -> None:
    schema = load(path)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"].startswith("https://")
    assert "id" not in schema
    assert "$ref" not in schema
    words = path.read_text(encoding="utf-8")
    assert not re.search(r'"(?:description|title)": ".*?:"', words)
    # Words that came after draft 7 would be ignored there, and the file would pass.
    assert not re.search(r'"(prefixItems|dependentRequired|unevaluatedProperties|\$dynamicRef|minContains)":', words)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_every_key_is_described(path: Path) -> None:
    assert [name for name, value in keys(load(path)) if not value.get("description")] == []


def test_every_choice_says_what_its_words_mean() -> None:
    def choices(node: Any) -> Iterator[dict[str, Any]]:
        if isinstance(node, list):
            for value in node:
                yield from choices(value)
        elif isinstance(node, dict):
            if "enum" in node:
                yield node
            yield from choices(list(node.values()))

    found = [choice for path in SCHEMAS for choice in choices(load(path))]
    assert len(found) > 40
    assert all(len(choice["enumDescriptions"]) == len(choice["enum"]) for choice in found)


@pytest.mark.service("formats")
def test_defaults_and_examples_are_values_that_the_key_takes(ajv: Callable[..., list[str]], tmp_path: Path) -> None:
    schema = load(SCHEMAS[0])
    shown = {name: [value["default"]] for name, value in keys(schema) if "default" in value}
    assert shown["Configuration.state"] == ["present"]
    assert shown["Tls.validate_certs"] == [True]
    assert shown["Retry.delay"] == ["30s"]
    assert "Configuration.port" not in shown, "it depends on the security"
    assert not any("default" in value for _, value in keys(load(SCHEMAS[1]))), "in an overlay nothing means the base"
    for name, value in keys(schema):
        values = shown.get(name, []) + value.get("examples", [])
        if values:
            (tmp_path / "key.json").write_text(json.dumps({**value, "definitions": schema["definitions"]}))
            assert ajv(values, tmp_path / "key.json") == [""] * len(values), name


@pytest.mark.service("formats")
def test_what_is_right_passes(ajv: Callable[..., list[str]]) -> None:
    files = sorted(STORE.glob("test/mailspec/*.yml")) + sorted((ROOT / "examples").glob("*/mailspec.yml"))
    assert len(files) >= 4
    assert ajv([read(path) for path in files], SCHEMAS[0]) == [""] * len(files)


@pytest.mark.service("formats")
def test_what_is_wrong_fails(ajv: Callable[..., list[str]]) -> None:
    files = sorted(STORE.glob("negative_test/mailspec/*.yml"))
    assert len(files) >= 9
    found = ajv([read(path) for path in files], SCHEMAS[0])
    assert [path.name for path, errors in zip(files, found, strict=True) if not errors] == []


def test_each_file_names_its_schema() -> None:
    for path in STORE.glob("*/mailspec/*.yml"):
        assert path.read_text(encoding="utf-8").startswith(PRAGMA + load(SCHEMAS[0])["$id"] + "\n")


@pytest.mark.service("formats")
def test_overlays_have_a_schema_of_their_own(ajv: Callable[..., list[str]]) -> None:
    files = sorted((ROOT / "examples").glob("*/environments/*.yml"))
    assert files
    assert ajv([read(path) for path in files], SCHEMAS[1]) == [""] * len(files)
