"""``show --why FIELD``: every layer's word on one field, the one that holds marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailspec.model.effective import Effective
from mailspec.render.as_json import location
from mailspec.render.painter import Painter
from mailspec.render.settings_text import text
from mailspec.text.escape import terminal

Word = tuple[str, Any, bool]


def why_text(settings: Effective, field: str, says: Sequence[Any], *, colour: bool = False) -> str:
    """Return one line a layer, the strongest first."""
    painter = Painter(colour)
    lines = [painter.bold(terminal(f"{settings.object} {field}"))]
    width = max((len(say.layer) for say in says), default=0)
    for say in says:
        mark = "->" if say.holds else "  "
        if say.value is None:
            lines.append(f"  {mark} {terminal(say.layer):<{width}}  {painter.dim('says nothing')}")
            continue
        place = say.value.location
        where = "" if place is None else f"  {painter.dim(terminal(f'{place.file}:{place.line}'))}"
        lines.append(f"  {mark} {terminal(say.layer):<{width}}  {terminal(text(say.value.value))}{where}")
    if not says or not any(say.holds for say in says):
        lines.append("     nobody gives it a value")
    return "\n".join(lines)


def why_data(settings: Effective, field: str, says: Sequence[Any]) -> dict[str, Any]:
    """Return the same as data."""
    return {
        "name": settings.name,
        "kind": settings.kind,
        "field": field,
        "layers": [
            {
                "layer": say.layer,
                "value": None if say.value is None else say.value.value,
                "location": None if say.value is None else location(say.value.location),
                "holds": say.holds,
            }
            for say in says
        ],
    }
