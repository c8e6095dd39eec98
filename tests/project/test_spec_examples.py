"""The examples of the spec reference hold: each is a file that the language takes, and shows its part."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailspec.schema.shape import shape_errors
from mailspec.text import read

ROOT = Path(__file__).parents[2]
EXAMPLES = read("examples", (ROOT / "tools/spec_examples.yml").read_bytes()).data
# Parts of a file that stand in several lines of their own; the others are shown inside these.
SMALL = {"GeneralBulk", "GeneralUsers", "Queue", "Retry", "Sender", "Thresholds"}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_of_the_reference_is_taken(name):
    document = read(name, EXAMPLES[name].encode())
    assert document.problems == []
    assert shape_errors(document.data) == []


def test_every_part_of_the_language_has_an_example():
    schema = json.loads((ROOT / "schemas/mailspec.schema.json").read_text(encoding="utf-8"))
    parts = {
        name
        for name, part in schema["definitions"].items()
        if "properties" in part and not name.startswith(("Overlay", "Environment")) and not name.endswith("Secret")
    }
    assert parts - SMALL == set(EXAMPLES)
