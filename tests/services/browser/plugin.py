"""A real Chromium, driven by Playwright through a pipe; nothing but files is opened in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def missing() -> str | None:
    if shutil.which("chromium") is None:
        return "no chromium; install it with tools/services/browser.sh"
    return None


SERVICES = {"chromium": missing}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser. A test that uses it carries ``@pytest.mark.service("chromium")``."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS)
        yield browser
        browser.close()
