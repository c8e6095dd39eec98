"""The reference pages are written from the data, one a provider."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from mailspec.providers.compile import read_all
from mailspec.workflow.validate.validation import validate

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("providers_page", ROOT / "tools/providers_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_fresh(tool):
    stale = [name for name, text in tool.pages().items() if (tool.DOCS / name).read_text("utf-8") != text]
    assert stale == [], "run python tools/providers_page.py"


def test_each_provider_has_a_page_and_no_page_is_left_over(tool):
    assert {path.stem for path in (tool.DOCS / "providers").glob("*.md")} == {item.id for item in read_all()}


def test_the_list_links_to_every_page(tool):
    linked = re.findall(r"\(providers/(\w+)\.md\)", tool.pages()["providers.md"])
    assert sorted(linked) == sorted(item.id for item in read_all())


def test_every_source_is_shown_with_its_reason(tool):
    for item in read_all():
        page = tool.page(item)
        for source in item.sources.values():
            assert source.page in page
            assert source.confidence == "vendor" or str(source.why) in page


def test_each_example_is_accepted_without_error(tool, tmp_path):
    examples = {item.id: tool.example(item) for item in read_all()}
    assert [name for name, text in examples.items() if not text] == ["hey", "isps_in_clear", "tuta"]
    folder = tmp_path / "specs"
    folder.mkdir()
    entries = []
    for name, text in examples.items():
        if text:
            data = YAML(typ="safe", pure=True).load(text.removeprefix("```yaml\n").removesuffix("```"))
            entries.append(data["configurations"][0] | {"name": name, "state": "inactive"})
    entries[0]["state"] = "active"
    with (folder / "mailspec.yml").open("w", encoding="utf-8") as stream:
        YAML().dump({"version": 1, "configurations": entries}, stream)
    report = validate((str(folder),))
    assert [(one.code, one.object, one.message) for one in report.findings if one.severity == "error"] == []
