"""ruamel.yaml's Python parser as a source of events, for where the native module is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ruamel.yaml.docinfo import DocInfo
from ruamel.yaml.parser import Parser, ParserError
from ruamel.yaml.reader import Reader
from ruamel.yaml.tokens import AnchorToken, FlowEntryToken, FlowSequenceEndToken, TagToken, ValueToken

from mailspec.text.pure_scanner import LikeNative


class _Mark:
    """A place, without the copy of the text that ruamel's marks keep."""

    __slots__ = ("column", "index", "line")

    def __init__(self, index: int, line: int, column: int) -> None:
        self.index = index
        self.line = line
        self.column = column


class _Reader(Reader):
    def get_mark(self) -> _Mark:
        return _Mark(self.index, self.line, self.column)

    def forward(self, length: int = 1) -> None:
        """Move over an indicator; only the scanner's own code moves over line ends."""
        self.pointer += length
        self.index += length
        self.column += length


class _Loader:
    """What the parser's parts look each other up on. Reading as YAML 1.1 is what libyaml does, too."""

    def __init__(self, text: str) -> None:
        self._resolver = self
        self.processing_version = (1, 1)
        self.comment_handling = None
        self.version = None
        self.tags: dict[str, str] = {}
        self.doc_infos = [DocInfo()]
        self._reader = _Reader(text, loader=self)
        self._scanner = LikeNative(self, text)
        self.get_event: Callable[[], Any] = _Parser(self).get_event


class _Parser(Parser):
    def parse_node(self, block: bool = False, indentless_sequence: bool = False) -> Any:
        """Start a node at its first property; ruamel starts it at the second one."""
        first = self.scanner.peek_token()
        try:
            event = super().parse_node(block, indentless_sequence)
        except ParserError as error:
            if isinstance(first, TagToken):
                error.context_mark = error.problem_mark = first.start_mark
            # libyaml looks at what follows a tag before it looks at the tag.
            self.scanner.peek_token()
            raise
        if isinstance(first, AnchorToken | TagToken):
            event.start_mark = first.start_mark
        return event

    def process_empty_scalar(self, mark: Any, comment: Any = None) -> Any:
        """Place a key that is missing in brackets where libyaml does: at what follows its ``?``."""
        if self.state == self.parse_flow_mapping_value:
            mark = self.scanner.peek_token().start_mark
        return super().process_empty_scalar(mark, comment)

    def parse_flow_sequence_entry_mapping_key(self) -> Any:
        """Swallow what follows a ``?`` without a key in ``[? , a]``: libyaml does, and both refuse the missing key."""
        self.scanner.get_token()
        self.state = self.parse_flow_sequence_entry_mapping_value
        if self.scanner.check_token(ValueToken, FlowEntryToken, FlowSequenceEndToken):
            return self.process_empty_scalar(self.scanner.get_token().end_mark)
        self.states.append(self.state)
        return self.parse_flow_node()


def start(text: str) -> Callable[[], Any]:
    """Return the function that gives one event after the other, None after the last."""
    return _Loader(text).get_event
