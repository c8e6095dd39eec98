"""What several tests of the reader need."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailspec.text import Document, read

Reader = Callable[..., Document]


@pytest.fixture
def load() -> Reader:
    """Read a text as the files of a project are read."""

    def load(text: str | bytes, **options: object) -> Document:
        raw = text if isinstance(text, bytes) else text.encode()
        return read("x.yml", raw, tags={"!vault": "ansible_vault"}, **options)  # type: ignore[arg-type]

    return load
