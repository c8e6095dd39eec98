"""The parser's events: from the native module where it is installed, else from ruamel's Python code.

Both give the same classes of events for the same text; the tests hold them to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Engine:
    """A way to parse.

    ``start`` takes a text and returns the function for the next event, None after the last; ``error`` is what
    that function raises; the other members are the classes of events. ``module`` is where those are.
    """

    __slots__ = (
        "alias", "error", "mapping_end", "mapping_start", "name", "scalar", "sequence_end", "sequence_start", "start",
    )  # fmt: skip

    def __init__(
        self, name: str, module: Any, error: type[Exception], start: Callable[[str], Callable[[], Any]]
    ) -> None:
        self.name = name
        self.start = start
        self.error = error
        self.scalar: type = module.ScalarEvent
        self.mapping_start: type = module.MappingStartEvent
        self.mapping_end: type = module.MappingEndEvent
        self.sequence_start: type = module.SequenceStartEvent
        self.sequence_end: type = module.SequenceEndEvent
        self.alias: type = module.AliasEvent


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
    return Engine("native", module, module.YAMLError, lambda text: parser(text).get_event)


def pure() -> Engine:
    """Return the engine in Python: slower by more than ten times, and always there."""
    from ruamel.yaml import events
    from ruamel.yaml.error import YAMLError

    from mailspec.text.pure import start

    return Engine("pure", events, YAMLError, start)


_chosen: list[Engine] = []


def engine() -> Engine:
    """Return the engine to use; it is looked for once."""
    if not _chosen:
        _chosen.append(native() or pure())
    return _chosen[0]
