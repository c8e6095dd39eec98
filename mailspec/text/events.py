"""The parser's events: from the native module where it is installed, else from ruamel's Python code.

Both give the same events for the same text; the tests hold them to it. An event is a tuple: its kind, the marks of
its start and its end, and then, for what starts a node, its value, anchor, whether its tags are implied, and its
style (for a collection whether it is in brackets).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SCALAR, MAPPING, SEQUENCE, MAPPING_END, SEQUENCE_END, ALIAS, OTHER = range(7)
STARTS = (MAPPING, SEQUENCE)
ENDS = (MAPPING_END, SEQUENCE_END)

_PLAIN = {
    "ScalarEvent": SCALAR,
    "MappingStartEvent": MAPPING,
    "SequenceStartEvent": SEQUENCE,
    "MappingEndEvent": MAPPING_END,
    "SequenceEndEvent": SEQUENCE_END,
    "AliasEvent": ALIAS,
}

Event = tuple[Any, ...]
Next = Callable[[], "Event | None"]

# What is called for each event in place of ruamel's class of that name: what Python has to do for an event is most
# of the work of reading.
_MAKERS: dict[str, Callable[..., Event]] = {
    "ScalarEvent": lambda anchor, _tag, implicit, value, start, end, style: (
        SCALAR, start, end, value, anchor, implicit, style,
    ),
    "MappingStartEvent": lambda anchor, _tag, implicit, start, end, flow: (
        MAPPING, start, end, None, anchor, implicit, flow,
    ),
    "SequenceStartEvent": lambda anchor, _tag, implicit, start, end, flow: (
        SEQUENCE, start, end, None, anchor, implicit, flow,
    ),
    "MappingEndEvent": lambda start, end: (MAPPING_END, start, end),
    "SequenceEndEvent": lambda start, end: (SEQUENCE_END, start, end),
    "AliasEvent": lambda anchor, start, end: (ALIAS, start, end, None, anchor),
    **dict.fromkeys(
        ("StreamStartEvent", "StreamEndEvent", "DocumentStartEvent", "DocumentEndEvent"),
        lambda start, end, *_: (OTHER, start, end),
    ),
}  # fmt: skip


# Holds an event of each kind.
_SAMPLE = "a: [b, 'c']\nd: &x !t e\nf: *x\n"


class Engine:
    """A way to parse.

    ``start`` takes a text and returns the function for the next event, None after the last; ``error`` is what
    that function raises.
    """

    __slots__ = ("error", "name", "start")

    def __init__(self, name: str, error: type[Exception], start: Callable[[str], Next]) -> None:
        self.name = name
        self.start = start
        self.error = error


def native() -> Engine | None:
    """Return the engine on libyaml, None where the extra ``native`` is not installed."""
    module = _module()
    if module is None:
        return None
    parser, convert = module.CParser, _converter(module)
    return Engine("native", module.YAMLError, lambda text: convert(parser(text).get_event))


def pure() -> Engine:
    """Return the engine in Python: slower by more than ten times, and always there."""
    from ruamel.yaml import events
    from ruamel.yaml.error import YAMLError

    from mailspec.text.pure import start

    convert = _converter(events)
    return Engine("pure", YAMLError, lambda text: convert(start(text)))


def _module() -> Any:
    try:
        import _ruamel_yaml
    except ImportError:
        try:
            import _ruamel_yaml_clibz
        except ImportError:
            return None
        return _ruamel_yaml_clibz
    return _ruamel_yaml


def _converter(module: Any) -> Callable[[Callable[[], Any]], Next]:
    """Return what turns a source of ruamel's events into one of tuples."""
    kinds = {getattr(module, name): kind for name, kind in _PLAIN.items()}

    def convert(next_event: Callable[[], Any]) -> Next:
        def converted() -> Event | None:
            event = next_event()
            if event is None:
                return None
            kind = kinds.get(event.__class__, OTHER)
            start, end = event.start_mark, event.end_mark
            if kind == SCALAR:
                return SCALAR, start, end, event.value, event.anchor, event.implicit, event.style
            if kind in STARTS:
                return kind, start, end, None, event.anchor, event.implicit, event.flow_style
            return (ALIAS, start, end, None, event.anchor) if kind == ALIAS else (kind, start, end)

        return converted

    return convert


def own_native() -> None:
    """Have the native parser make tuples itself, which spares a third of the time of reading.

    Only for a process in which nobody else uses the module: they would get tuples, too. How the module makes its
    events is not documented, so one that does it otherwise is left as it is.
    """
    module = _module()
    if module is None or _chosen:
        return
    entry = {name: getattr(module, name, None) for name in _MAKERS}
    expected = _seen(_converter(module)(module.CParser(_SAMPLE).get_event))
    for name, make in _MAKERS.items():
        setattr(module, name, make)
    parser = module.CParser
    try:
        works = _seen(parser(_SAMPLE).get_event) == expected
    except (TypeError, AttributeError, IndexError):
        works = False
    if works:
        _chosen.append(Engine("native", module.YAMLError, lambda text: parser(text).get_event))
        return
    for name, made in entry.items():
        setattr(module, name, made)


def _seen(next_event: Next) -> list[Any]:
    """Return all that is used of the events of a text."""
    found: list[Any] = []
    while (event := next_event()) is not None:
        kind, start, end, *more = event
        found.append(None if kind == OTHER else (kind, start.index, end.index, *more))
    return found


_chosen: list[Engine] = []


def engine() -> Engine:
    """Return the engine to use; it is looked for once."""
    if not _chosen:
        _chosen.append(native() or pure())
    return _chosen[0]
