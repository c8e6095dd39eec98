"""One mail provider for people at a terminal: each fact with the number of its source, the sources at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mailspec.render.listing import wrapped
from mailspec.render.painter import Painter
from mailspec.text.escape import terminal

Part = Mapping[str, Any]
_STANDING = {"documented": "", "tolerated": "works, not recommended: ", "refused": "refused: "}


class _Sources:
    """Numbers the sources in the order in which they are met."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, str, str], int] = {}

    def of(self, part: Part) -> str:
        source = part["source"]
        key = (source["page"], source["checked"], source["confidence"])
        number = self.numbers.setdefault(key, len(self.numbers) + 1)
        # What is not the vendor's own word never makes an error, so it is said at the fact itself.
        return f"[{number}]" if source["confidence"] == "vendor" else f"[{number}, {source['confidence']}]"


def provider(entry: Part, *, width: int = 80, colour: bool = False) -> str:
    """Return all that is known of a provider, as :mod:`mailspec.workflow.reference.knowledge` gives it."""
    painter, sources = Painter(colour), _Sources()
    ids = " or ".join((entry["id"], *entry.get("aliases", ())))
    blocks = [f"{painter.bold(terminal(entry['name']))}\nprovider: {ids}\n{terminal(entry['docs'])}"]
    for title, facts in _SECTIONS.items():
        lines = [line for text, part in facts(entry) for line in _fact(text, part, sources, width)]
        if lines:
            blocks.append("\n".join([painter.bold(title), *lines]))
    lines = [painter.bold("Sources")]
    for (page, checked, confidence), number in sources.numbers.items():
        lines.append(f"  [{number}] {confidence}, {checked}")
        lines.extend(wrapped(page, width, "      "))
    return "\n\n".join([*blocks, "\n".join(lines)])


def _fact(text: str, part: Part, sources: _Sources, width: int) -> Iterator[str]:
    yield from wrapped(text, width, "  ", sources.of(part))


Facts = Iterator[tuple[str, Part]]


def _unavailable(part: Part) -> Facts:
    if "unavailable" in part:
        yield part["unavailable"]["text"], part["unavailable"]


def _hosts(entry: Part) -> Facts:
    for part in entry.get("hosts", ()):
        yield ", ".join(part["names"]), part


def _regions(part: Part) -> Facts:
    if "regions" not in part:
        return
    for pattern in part["regions"]["patterns"]:
        without = ", ".join(pattern.get("without_smtp", ()))
        more = f"; without SMTP: {without}" if without else ""
        yield f"{pattern['host']}: {', '.join(pattern['known'])}{more}. {part['regions']['text']}", part["regions"]


def _ports(entry: Part) -> Facts:
    for part in entry.get("endpoints", ()):
        pairs = " or ".join(part.get("security", ()))
        ports = ", ".join(map(str, part["ports"]))
        where = f" at {', '.join(part['hosts'])}" if part.get("hosts") else ""
        note = f": {part['text']}" if part.get("text") else ""
        yield f"{_STANDING[part['standing']]}{ports}{f' {pairs}' if pairs else ''}{where}{note}", part
    if "preset" in entry:
        preset = entry["preset"]
        yield f"by default {preset.get('host') or 'your own host'}, {preset['port']} {preset['security']}", preset
    if entry.get("tls", {}).get("required"):
        minimum = entry["tls"].get("minimum")
        yield f"TLS is required{f', {minimum} or newer' if minimum else ''}", entry["tls"]


def _sign_in(part: Part) -> Facts:
    methods = part.get("methods")
    if methods is not None:
        offered = ", ".join(methods["offered"]) or "none"
        yield f"methods: {offered}{' and no other' if methods.get('complete') else ''}", methods
        for ended in methods.get("ended", ()):
            yield f"ended {ended['date']}: {', '.join(ended['methods'])}. {ended['text']}", ended
    for word in ("username", "secret"):
        if word in part:
            yield part[word]["words"], part[word]
            for wrong in part[word].get("wrong", ()):
                yield f"wrong: {wrong['text']}", wrong


def _from(part: Part) -> Facts:
    if "from" in part:
        yield part["from"]["text"], part["from"]


def _limits(entry: Part) -> Facts:
    for part in entry.get("limits", ()):
        more = " ".join(f"({part[key]})" if key == "plan" else part[key] for key in ("plan", "text") if key in part)
        yield f"{part['limit'].replace('_', ' ')}: {part['value']} {more}".rstrip(), part


def _dates(entry: Part) -> Facts:
    for part in entry.get("changes", ()):
        yield f"{part['date']}: {part['what']}", part


def _prepare(entry: Part) -> Facts:
    for part in (*entry.get("preparation", ()), *entry.get("notes", ())):
        yield part["text"], part


def _wrong_hosts(entry: Part) -> Facts:
    for part in entry.get("wrong_hosts", ()):
        use = f" Write {part['use']}." if part.get("use") else ""
        yield f"{', '.join(part['hosts'])}: {part['text']}{use}", part


def _addresses(part: Part) -> Facts:
    if "login_domains" in part:
        yield ", ".join(part["login_domains"]["domains"]).replace("*", "any other"), part["login_domains"]


_SECTIONS: dict[str, Callable[[Part], Facts]] = {
    "Not available": _unavailable,
    "Hosts": _hosts,
    "Regions": _regions,
    "Ports": _ports,
    "Sign-in": _sign_in,
    "From": _from,
    "Limits": _limits,
    "Dates": _dates,
    "To prepare and to know": _prepare,
    "Hosts that cannot send": _wrong_hosts,
    "Mailboxes": _addresses,
}
