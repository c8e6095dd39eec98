"""``mailspec schema``: the published schemas, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

SCHEMAS = Path(__file__).parents[2] / "schemas"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ((), "mailspec.schema.json"),
        (("--environment",), "environment.schema.json"),
        (("-E", "staging"), "environment.schema.json"),
        (("--output", "validate"), "output/validate.json"),
    ],
)
def test_prints_what_is_published(cli, options, name):
    ran = cli("schema", *options)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (SCHEMAS / name).read_text(encoding="utf-8")


def test_every_output_schema_can_be_had(cli):
    for path in (SCHEMAS / "output").glob("*.json"):
        assert cli("schema", "--output", path.stem).json["$id"].endswith(f"/{path.name}")


def test_unknown_output_lists_the_known_ones(cli):
    ran = cli("schema", "--output", "../mailspec")
    assert (ran.code, ran.out) == (2, "")
    assert "validate" in ran.err
