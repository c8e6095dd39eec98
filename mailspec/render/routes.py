"""Who sends through what: effective settings grouped by the server that the mail goes to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from mailspec.model.effective import Effective
from mailspec.render.words import count

Safety = Literal["encrypted", "open", "unknown"]

# More people, mailings or configurations than this on one server are told as a number.
APART = 4
_PLURAL = {"user": ("person", "people"), "mailing": ("mailing", "mailings"), "configuration": ("account", "accounts")}
_ELSEWHERE = {
    "office365": "Microsoft 365",
    "outlook": "each sender's Outlook profile",
    "other": "another program",
    "not_configured": "nowhere: not configured",
}
_HOW = {"tls": "TLS from the first byte", "starttls": "STARTTLS", "none": "not encrypted"}


class Sender(NamedTuple):
    """One box of the picture: an object, or several of one kind. ``names`` are all of them."""

    label: str
    kind: str
    names: tuple[str, ...]

    @property
    def below(self) -> str:
        """The second line of the box: the kind, where the label does not say it."""
        return self.kind if len(self.names) == 1 and self.kind not in {"bulk", "mobile"} else ""


class Route(NamedTuple):
    """One server and everybody who sends through it. ``how`` is the encryption in words, ``""`` where unknown."""

    server: str
    how: str
    safety: Safety
    senders: tuple[Sender, ...]


def routes(settings: Iterable[Effective], active: str | None = None) -> tuple[Route, ...]:
    """Return the routes in the order in which their first sender is declared."""
    values: dict[tuple[str, str, Safety], list[Effective]] = {}
    for entry in settings:
        # A group sends nothing itself; its members are there as people.
        if entry.kind != "group":
            values.setdefault(_destination(entry), []).append(entry)
    return tuple(Route(*where, _senders(entries, active)) for where, entries in values.items())


def together(objects: Iterable[str]) -> tuple[str, ...]:
    """Return objects such as ``user:a@acme.example`` as labels: by name, many of one kind as a number."""
    kinds: dict[str, list[str]] = {}
    for name in objects:
        kinds.setdefault(name.partition(":")[0], []).append(name)
    labels: list[str] = []
    for kind, names in kinds.items():
        labels += [count(len(names), *_PLURAL.get(kind, (kind, "")))] if len(names) > APART else names
    return tuple(labels)


def _destination(entry: Effective) -> tuple[str, str, Safety]:
    mode = str(entry.mode or "smtp")
    if mode in _ELSEWHERE:
        return _ELSEWHERE[mode], "", "encrypted" if mode == "office365" else "unknown"
    host, port = entry.host, entry.port
    if host is None:
        return "no server is named", "", "unknown"
    security = str(entry.security or "")
    where = str(host) if port is None else f"{host}:{port}"
    safety: Safety = "open" if security == "none" else "encrypted" if security in _HOW else "unknown"
    return where, _HOW.get(security, security), safety


def _senders(entries: list[Effective], active: str | None) -> tuple[Sender, ...]:
    kinds: dict[str, list[Effective]] = {}
    for entry in entries:
        kinds.setdefault(entry.kind, []).append(entry)
    found = []
    for kind, same in kinds.items():
        names = tuple(entry.name for entry in same)
        if len(same) > APART and kind in _PLURAL:
            found.append(Sender(count(len(same), *_PLURAL[kind]), kind, names))
        else:
            found += [Sender(_label(entry, active), kind, (entry.name,)) for entry in same]
    return tuple(found)


def _label(entry: Effective, active: str | None) -> str:
    if entry.kind == "configuration":
        return f"{entry.name} (active)" if entry.name == active else entry.name
    if entry.kind == "bulk":
        return "bulk account"
    return "mobile mail" if entry.kind == "mobile" else entry.name
