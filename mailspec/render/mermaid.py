"""The picture of who sends through what as a Mermaid flowchart, which GitHub and GitLab draw in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from mailspec.render.document import Effect
from mailspec.render.routes import Route, together
from mailspec.text.escape import terminal

# Everything but these, letters and digits becomes an entity code, so that no text ends its label, starts markup or
# closes the fence around it.
_PLAIN = frozenset(" .,:@+-_()/'")
_LONGEST = 60
# A chart with more causes than this is a wall; the list beside it has them all.
_MOST = 20
_STYLE = {
    "encrypted": "stroke:#2f7d4f,stroke-width:2px",
    "open": "stroke:#b3261e,stroke-width:2px,stroke-dasharray:4",
    "unknown": "stroke:#6b7280",
}


def flowchart(routes: Sequence[Route]) -> str:
    """Return the chart, ``""`` without routes. A server without encryption says so in words, not by colour alone."""
    if not routes:
        return ""
    lines = ["flowchart LR"]
    number = 0
    for server, route in enumerate(routes):
        label = f"{route.server} ({route.how})" if route.how else route.server
        lines += [f'  s{server}["{_label(label)}"]', f"  style s{server} {_STYLE[route.safety]}"]
        for sender in route.senders:
            lines += [f'  p{number}(["{_label(sender.label)}"]) --> s{server}']
            number += 1
    return "\n".join(lines)


def effects_chart(effects: Sequence[Effect]) -> str:
    """Return what leads to whom: each effect and those it touches, many of one kind as a number."""
    lines = ["flowchart LR"]
    number = 0
    for cause, effect in enumerate(effects[:_MOST]):
        word = "destructive: " if effect.destructive else ""
        lines.append(f'  e{cause}["{_label(word + effect.headline)}"]')
        if effect.destructive:
            lines.append(f"  style e{cause} {_STYLE['open']}")
        for label in together(effect.touched):
            lines.append(f'  e{cause} --> t{number}(["{_label(label)}"])')
            number += 1
    return "\n".join(lines)


def _label(text: str) -> str:
    shown = terminal(text)
    shown = shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
    return "".join(c if c in _PLAIN or c.isalnum() else f"#{ord(c)};" for c in shown)
