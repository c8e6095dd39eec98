"""The built pages in a real Chromium: readable on a phone and a screen, light and dark, and by everybody."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.service("lint_tools"),
    pytest.mark.service("chromium"),
    pytest.mark.service("formats"),
    pytest.mark.xdist_group("chromium"),
]
# One of each kind: text, commands with their output, wide tables, generated reference, a rule, a picture.
PAGES = (
    "index",
    "tutorial",
    "how-to/github",
    "how-to/policy",
    "reference/commands",
    "reference/spec",
    "reference/rules",
    "rules/MS101",
    "explanation/architecture",
    "applying",
)
SIZES = {"phone": (360, 740), "wide": (1280, 900)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, mkdocs: Path) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [mkdocs, "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module", params=[(size, scheme) for size in SIZES for scheme in ("light", "dark")], ids="-".join)
def window(request: pytest.FixtureRequest, chromium: Any) -> Iterator[tuple[str, Any]]:
    size, scheme = request.param
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    yield f"{size}-{scheme}", context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_nobody_out(name: str, window: tuple[str, Any], site: Path, axe_source: str) -> None:
    kind, page = window
    page.goto((site / f"{name}.html").as_uri())
    page.wait_for_timeout(150)
    folder = os.environ.get("MAILSPEC_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"docs-{name.replace('/', '-')}-{kind}.png")
    page.evaluate(axe_source)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    violations = [(rule["id"], [node["html"][:150] for node in rule["nodes"]][:3]) for rule in found["violations"]]
    assert violations == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    brightness = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 3"
    )
    assert (brightness < 80) == kind.endswith("dark")
