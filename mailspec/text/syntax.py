"""The parser's complaint in our own words: what stands there and what to write.

What is taken from libyaml is the kind of a complaint, where it arose (``place``) and where what it is about began
(``began``); the rest is read from the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mailspec.text import syntax_block, syntax_flow, syntax_scalar
from mailspec.text.faults import Fault
from mailspec.text.lines import line_end, line_start

# By a part of libyaml's words, the first that fits.
_RULES: list[tuple[str, Callable[[str, int, int], Fault]]] = [
    (r"directive", syntax_block.percent_here),
    (r"cannot start any token", syntax_scalar.bad_start),
    (r"tab character", syntax_scalar.tab),
    (r"unexpected (end of stream|document)", syntax_scalar.unclosed),
    (r"escape character|hexdecimal|Unicode character", syntax_scalar.escape),
    (r"indentation indicator|intendation indicator|comment or line break|chomping", syntax_scalar.block_header),
    (r"alphabetic or numeric", syntax_scalar.anchor),
    (r"tag|URI", syntax_scalar.tag),
    (r"unexpected ':'", syntax_flow.glued_colon),
    (r"',' or '[\]}]'", syntax_flow.unfinished),
    (r"node content", syntax_flow.nothing_there),
    (r"find expected ':'", syntax_block.no_colon),
    (r"mapping values", syntax_block.second_colon),
    (r"sequence entries", syntax_block.list_here),
    (r"mapping keys", syntax_block.question_here),
    (r"expected key|<block end>|'-' indicator|document start", syntax_block.does_not_fit),
]
_COMPILED: list[tuple[re.Pattern[str], Callable[[str, int, int], Fault]]] = []
# A lone }} closes two maps; only behind an opening one it belongs to a template.
_TEMPLATE = re.compile(r"\{[{%]|%\}")


def syntax_fault(error: Any, text: str) -> Fault:
    """Turn the parser's error into a fault at the place that a person must look at."""
    if not _COMPILED:
        _COMPILED.extend((re.compile(words), rule) for words, rule in _RULES)
    problem = f"{getattr(error, 'problem', None) or error} {getattr(error, 'context', None) or ''}"
    place = _index(getattr(error, "problem_mark", None), 0, text)
    began = _index(getattr(error, "context_mark", None), place, text)
    start = line_start(text, place)
    template = _TEMPLATE.search(text, start, line_end(text, place))
    if template:
        return Fault(
            "syntax",
            f"{template[0]} belongs to a template; templates are not evaluated here.",
            "Write the value itself, or in quotes if it is meant as text.",
            offset=template.start(),
            length=2,
        )
    for words, rule in _COMPILED:
        if words.search(problem):
            return rule(text, began, place)
    return Fault("syntax", "This is not YAML.", "Check the quotes and the indentation here.", offset=place)


def stopped_at(error: Any, text: str) -> int:
    """Return the offset of the token that stopped the parser."""
    place = _index(getattr(error, "problem_mark", None), 0, text)
    context = str(getattr(error, "context", None))
    if context.startswith(("while scanning", "while parsing a quoted", "while parsing a tag")):
        return _index(getattr(error, "context_mark", None), place, text)
    return place


def _index(mark: Any, default: int, text: str) -> int:
    return min(default if mark is None else int(mark.index), len(text))
