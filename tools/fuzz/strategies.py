"""Hypothesis's view of a spec file: the language's words in any nesting, with any text as values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tools.fuzz.project import ROOT
from tools.fuzz.structures import ODD, block


@cache
def words() -> tuple[str, ...]:
    """Return every key that the published schema knows."""
    return tuple(sorted(set(_keys(json.loads((ROOT / "schemas/mailspec.schema.json").read_text())))))


def _keys(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node.get("properties", {})
        for held in node.values():
            yield from _keys(held)
    elif isinstance(node, list):
        for held in node:
            yield from _keys(held)


def contents() -> st.SearchStrategy[bytes]:
    """Return a strategy for the bytes of a file."""
    scalars = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(ODD)
    )
    keys = st.one_of(st.sampled_from(words()), st.sampled_from(words()), st.text(max_size=8))
    nested = st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=5)),
        max_leaves=20,
    )
    sections = st.dictionaries(keys, nested, max_size=6)
    return sections.map(lambda made: block({"version": 1, **made}).encode("utf-8", "surrogatepass"))
