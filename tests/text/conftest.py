"""What several tests of the reader need."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import pytest

from mailspec.text import Document, read
from mailspec.text.events import Engine, native, pure

Reader = Callable[..., Document]


@pytest.fixture(scope="session")
def native_engine(lack: Callable[[str], NoReturn]) -> Engine:
    """The native parser. No mark of a service, which would put all these tests on one worker."""
    engine = native()
    if engine is None:
        lack("the extra 'native' is not installed; make setup does it")
    return engine


@pytest.fixture(params=["native", "pure"])
def parser(request: pytest.FixtureRequest) -> Engine:
    """Each of the two parsers."""
    engine: Engine = request.getfixturevalue("native_engine") if request.param == "native" else pure()
    return engine


@pytest.fixture
def load(parser: Engine) -> Reader:
    """Read a text with each of the two parsers."""

    def load(text: str | bytes, **options: object) -> Document:
        raw = text if isinstance(text, bytes) else text.encode()
        return read("x.yml", raw, parser=parser, tags={"!vault": "ansible_vault"}, **options)  # type: ignore[arg-type]

    return load


def account(document: Document) -> str:
    """Everything that a reader of a file can learn, as one text to compare."""
    places = []
    if document.usable:
        pending: list[tuple[tuple[str | int, ...], object]] = [((), document.data)]
        seen: set[int] = set()
        while pending and len(places) < 300:
            path, value = pending.pop()
            places.append((path, document.span(path), document.span(path, key=True), document.is_plain(path)))
            if isinstance(value, dict | list) and id(value) not in seen:
                seen.add(id(value))
                items = value.items() if isinstance(value, dict) else enumerate(value)
                pending.extend(((*path, step), item) for step, item in items)
    return repr((document.data, document.problems, places, document.comments()))


@pytest.fixture(scope="session")
def both(native_engine: Engine) -> Callable[[str | bytes], bool]:
    """Tell whether both parsers give the same data, problems, places and comments for a text."""
    engines = native_engine, pure()

    def both(text: str | bytes) -> bool:
        raw = text if isinstance(text, bytes) else text.encode()
        one, other = (account(read("x.yml", raw, parser=engine)) for engine in engines)
        return one == other

    return both
