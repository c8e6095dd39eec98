"""The reference page is written from the data."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from mailspec.providers.compile import read_all

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("providers_page", ROOT / "tools/providers_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_fresh(tool):
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page(), "run python tools/providers_page.py"


def test_each_table_row_has_five_cells(tool):
    for line in tool.page().splitlines():
        if line.startswith("|"):
            assert line.replace("\\|", "").count("|") == 6


def test_every_source_of_a_fact_is_shown(tool):
    page = tool.page()
    for item in read_all():
        assert f"`provider: {item.id}`" in page
        shown = page.split(f"`provider: {item.id}`")[1].split("\n## ")[0]
        login = item.login_domains.source if item.login_domains else None
        for key, source in item.sources.items():
            assert source.page in shown or key == login
