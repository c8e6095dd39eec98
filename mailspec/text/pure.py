"""ruamel.yaml's Python parser as a source of events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner


class _Loader:
    """What the parser's parts look each other up on. YAML 1.1 scanning is what libyaml does."""

    def __init__(self, text: str) -> None:
        self.processing_version = (1, 1)
        self.comment_handling = None
        self.version = None
        self.tags: dict[str, str] = {}
        self._resolver = self
        self._reader = Reader(text, loader=self)
        self._scanner = Scanner(loader=self)
        self._parser = Parser(self)


def start(text: str, _raw: bytes) -> Callable[[], Any]:
    """Return the function that gives one event after the other, ``None`` after the last."""
    return _Loader(text)._parser.get_event  # type: ignore[no-any-return]
