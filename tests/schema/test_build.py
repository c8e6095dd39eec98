"""What is generated from the model is up to date, and the published schemas are good ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pydantic_core
import pytest

from mailspec.schema import shape
from mailspec.schema.build import PUBLISHED, documents

ROOT = Path(__file__).parents[2]


DOCUMENTS = documents()


@pytest.mark.parametrize("path", sorted(DOCUMENTS), ids=lambda path: path.name)
def test_generated_files_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == DOCUMENTS[path], "run: make generate"


def test_every_published_schema_is_generated() -> None:
    assert set(PUBLISHED.rglob("*.json")) < set(DOCUMENTS)


@pytest.mark.parametrize("path", sorted(PUBLISHED.rglob("*.json")), ids=lambda path: path.name)
def test_published_schemas_are_valid_themselves(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(schema)


@pytest.mark.parametrize("path", sorted(PUBLISHED.rglob("*.json")), ids=lambda path: path.name)
def test_published_schemas_refer_to_nothing_outside_of_themselves(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    schema = json.loads(text)
    assert "$defs" not in text
    references = set(re.findall(r'"\$ref": "([^"]*)"', text))
    assert references <= {f"#/definitions/{name}" for name in schema.get("definitions", ())}


@pytest.mark.service("formats")
@pytest.mark.parametrize("path", sorted(PUBLISHED.rglob("*.json")), ids=lambda path: path.name)
def test_another_implementation_takes_the_schemas(path: Path, sourcemeta: Callable[..., int]) -> None:
    assert sourcemeta("metaschema", path) == 0


@pytest.mark.service("formats")
def test_another_implementation_gives_the_same_verdict_on_files(sourcemeta: Callable[..., int]) -> None:
    spec, overlay = PUBLISHED / "mailspec.schema.json", PUBLISHED / "environment.schema.json"
    aside = {"environments", "email-types"}
    good = [path for path in sorted(ROOT.glob("examples/**/*.yml")) if not aside.intersection(path.parts)]
    assert len(good) > 10
    assert sourcemeta("validate", spec, *good) == 0
    assert sourcemeta("validate", overlay, *sorted(ROOT.glob("examples/*/environments/*.yml"))) == 0
    for path in sorted(ROOT.glob("editors/schemastore/negative_test/mailspec/*.yml")):
        assert sourcemeta("validate", spec, path) == 2, path


def test_every_word_of_the_language_is_described_for_editors() -> None:
    schema = json.loads((PUBLISHED / "mailspec.schema.json").read_text(encoding="utf-8"))
    assert all("description" in entry for entry in schema["definitions"].values())


def test_a_pydantic_core_that_refuses_the_stored_shape_gets_one_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def validator(schema: object) -> pydantic_core.SchemaValidator:
        tries.append(schema)
        if len(tries) == 1:
            raise pydantic_core.SchemaError("unknown word")
        return pydantic_core.SchemaValidator(schema)

    monkeypatch.setattr(shape, "SchemaValidator", validator)
    shape._validator.cache_clear()
    try:
        assert shape.fits({"users": [{"email": "a@acme.example"}]})
        assert not shape.fits({"users": [{"email": 5}]})
    finally:
        shape._validator.cache_clear()
    assert tries[0] == tries[1]
