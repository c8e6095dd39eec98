"""The parser's events: from the native module where it is installed, else from ruamel's Python code.

Both give the same classes of events for the same text; the tests hold them to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Engine(NamedTuple):
    """A way to parse: ``start`` takes a text and returns the function for the next event."""

    name: str
    start: Callable[[str], Callable[[], Any]]
    error: type[Exception]
    scalar: type
    mapping_start: type
    mapping_end: type
    sequence_start: type
    sequence_end: type
    alias: type


def _engine(name: str, module: Any, error: type[Exception], start: Callable[[str], Callable[[], Any]]) -> Engine:
    return Engine(
        name,
        start,
        error,
        module.ScalarEvent,
        module.MappingStartEvent,
        module.MappingEndEvent,
        module.SequenceStartEvent,
        module.SequenceEndEvent,
        module.AliasEvent,
    )


def native() -> Engine | None:
    """Return the engine on libyaml, None where the extra ``native`` is not installed."""
    try:
        import _ruamel_yaml_clibz as module
    except ImportError:
        try:
            import _ruamel_yaml as module
        except ImportError:
            return None
    parser = module.CParser
    return _engine("native", module, module.YAMLError, lambda text: parser(text).get_event)


def pure() -> Engine:
    """Return the engine in Python: slower by more than ten times, and always there."""
    from ruamel.yaml import events
    from ruamel.yaml.error import YAMLError

    from mailspec.text.pure import start

    return _engine("pure", events, YAMLError, start)


_chosen: list[Engine] = []


def engine() -> Engine:
    """Return the engine to use; it is looked for once."""
    if not _chosen:
        _chosen.append(native() or pure())
    return _chosen[0]
