"""Formats are known by name, loaded only when used, and none is on the way of text and JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mailspec.render import registry
from mailspec.render.document import Options

ROOT = Path(__file__).parents[2]
PROBE = """
import json, sys
from mailspec.cli.main import main
main({args!r})
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("name", registry.FORMATS)
def test_every_format_renders_everything_and_nothing(name, document, empty):
    for held in (document, empty):
        assert registry.render(name, held, Options()).strip()


@pytest.mark.parametrize("name", registry.FORMATS)
def test_the_same_document_gives_the_same_bytes(name, document):
    assert registry.render(name, document, Options()) == registry.render(name, document, Options())


def test_formats_are_found_by_what_they_show():
    assert set(registry.names_for("findings")) == set(registry.FORMATS)
    assert set(registry.names_for("settings")) == {"github-summary", "markdown", "html"}


def test_each_format_is_documented():
    page = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    assert [name for name in registry.FORMATS if f"`{name}`" not in page] == []


@pytest.mark.parametrize("name", ["text", "json"])
def test_text_and_json_load_no_other_format(name, tmp_path):
    (tmp_path / "mailspec.yml").write_text("version: 1\n")
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(args=["validate", str(tmp_path), "--format", name])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    ours = {f"mailspec.render.{entry.module}" for entry in registry.FORMATS.values()} | {"mailspec.render.document"}
    assert not loaded & (ours | {"jinja2", "markupsafe", "xml", "mailspec.render.registry", "importlib.resources"})
