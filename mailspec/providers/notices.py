"""What a provider is retiring or has changed, by date; sandboxes; regions that are not known."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from mailspec.providers.facts import Fact, Verdict
from mailspec.providers.hostnames import captured, normal
from mailspec.providers.index import match_host
from mailspec.providers.provider import Provider


class Notice(NamedTuple):
    """A dated change. ``methods`` is empty where it concerns everyone."""

    date: str
    what: str
    severity: Literal["warning", "info"]
    text: str
    methods: tuple[str, ...]
    fact: Fact


def notices(provider: Provider, as_of: date, method: str | None = None, host: str | None = None) -> list[Notice]:
    """List the changes worth telling on a day, for one sign-in method or for all.

    What concerns single hosts is told only where the ``host`` in use is one of them.
    """
    found = []
    for change in provider.data.get("changes", ()):
        methods = tuple(change.get("methods", ()))
        if method is not None and methods and method not in methods:
            continue
        if "hosts" in change and (host is None or normal(host) not in change["hosts"]):
            continue
        side = change.get("after" if as_of >= date.fromisoformat(change["date"]) else "before")
        if side is not None:
            fact = provider.fact(change)
            found.append(Notice(change["date"], change["what"], side["severity"], side["text"], methods, fact))
    return found


def notes(provider: Provider) -> list[Verdict]:
    """List what holds for new accounts and cannot be seen from the settings, such as a sandbox."""
    return [Verdict("unknown", note["text"], "", None, provider.fact(note)) for note in provider.data.get("notes", ())]


def region_note(host: str) -> Verdict | None:
    """Return a note on a host whose region is not among those known to take SMTP; vendors keep adding some."""
    provider = match_host(host)
    regions = None if provider is None else provider.data.get("regions")
    if provider is None or regions is None:
        return None
    name = normal(host)
    for pattern in regions["patterns"]:
        region = captured(pattern["host"], name)
        if region is None:
            continue
        if region in pattern.get("without_smtp", ()):
            reason = f"{provider.name} listed no SMTP endpoint in {region} when this was checked."
        elif region not in pattern["known"]:
            reason = f"{provider.name}: the region {region} is not among those known here."
        else:
            return None
        return Verdict("unknown", reason, regions["text"], "host", provider.fact(regions))
    return None
