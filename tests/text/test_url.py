"""URLs are taken apart in one place, and nothing that is no URL raises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import mailspec
from mailspec.text.url import split_url

PACKAGE = Path(mailspec.__file__).parent
NONE = ["https://[x", "https://]", "https://[::1", "https://a:b", "https://a:99999", "//[", "https://\u2100.example/"]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_url_has_no_parts(text: str) -> None:
    parts = split_url(text)
    assert (parts.scheme, parts.hostname, parts.port, parts.path) == ("", None, None, "")


def test_a_url_has_its_parts() -> None:
    parts = split_url("https://user:x@mail.acme.example:8443/a?b#c")
    assert (parts.scheme, parts.hostname, parts.port, parts.path) == ("https", "mail.acme.example", 8443, "/a")
    assert split_url("https://[::1]:25/").hostname == "::1"


def test_no_other_module_takes_urls_apart() -> None:
    found = [
        str(path.relative_to(PACKAGE))
        for path in sorted(PACKAGE.rglob("*.py"))
        if re.search(r"\burl(?:split|parse)\b", path.read_text())
    ]
    assert found == ["text/url.py"]
