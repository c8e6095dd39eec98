"""What is generated from the model is up to date, and the published schemas are good ones."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from mailspec.schema.build import PUBLISHED, documents


@pytest.mark.parametrize("path", sorted(documents()), ids=lambda path: path.name)
def test_generated_files_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == documents()[path], "run: make schemas"


@pytest.mark.parametrize("path", sorted(PUBLISHED.rglob("*.json")), ids=lambda path: path.name)
def test_published_schemas_are_valid_themselves(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


def test_every_word_of_the_language_is_described_for_editors() -> None:
    schema = json.loads((PUBLISHED / "mailspec.schema.json").read_text(encoding="utf-8"))
    assert all("description" in entry for entry in schema["$defs"].values())
