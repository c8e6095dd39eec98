"""Formats are known by name, loaded only when used, and none is on the way of text and JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mailspec.render import registry
from mailspec.render.view import Options

DOCUMENTS = [name for name, entry in registry.FORMATS.items() if not entry.outcome]
ROOT = Path(__file__).parents[2]
PROBE = """
import json, sys
from mailspec.cli.main import main
main({args!r})
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_format_renders_everything_and_nothing(name, document, empty):
    assert registry.render_document(name, document, Options()).strip()
    # Of the formats of a line a finding, no finding makes no line.
    assert bool(registry.render_document(name, empty, Options()).strip()) == (name != "concise")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_same_document_gives_the_same_bytes(name, document):
    assert registry.render_document(name, document, Options()) == registry.render_document(name, document, Options())


def test_formats_are_found_by_what_they_show():
    assert set(registry.names_for("findings")) == set(registry.FORMATS)
    assert set(registry.names_for("settings")) == {"text", "json", "github-summary", "markdown", "html"}
    assert registry.names_for() == ("text", "json")


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
    ours = {f"mailspec.render.{registry.FORMATS[name].module}" for name in DOCUMENTS} | {"mailspec.render.document"}
    assert not loaded & (ours | {"jinja2", "markupsafe", "xml", "importlib.resources"})


NEW_FORMAT = """
import sys, types
from mailspec.render import registry
module = types.ModuleType("mailspec.render.counted")
module.render = lambda document, options: f"{len(document.findings)} findings, {len(document.changes)} changes"
sys.modules["mailspec.render.counted"] = module
registry.FORMATS["counted"] = registry.Format("counted", frozenset({"findings", "changes"}), "numbers alone")
from mailspec.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("command", "output"),
    [
        (("validate", "--format", "counted"), "1 findings, 0 changes"),
        (("plan", "--format", "counted"), "0 findings, 2 changes"),
        (("apply", "--check", "--format", "counted"), "0 findings, 2 changes"),
        (("status", "--format", "counted"), "0 findings, 2 changes"),
        (("diff", "--help"), "counted"),
        (("drift", "--help"), "counted"),
    ],
)
def test_a_new_format_is_its_module_and_one_line(command, output, tmp_path):
    (tmp_path / "mailspec.yml").write_text(
        "version: 1\nconfigurations: [{name: A, host: mail.acme.example, port: 25, from: a@acme.example}]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", NEW_FORMAT, *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert output in done.stdout, done.stderr


def test_a_format_that_cannot_show_a_commands_outcome_is_not_offered(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", NEW_FORMAT, "history", "--format", "counted"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "'counted' is not one of" in done.stderr
