"""Places that secrets are sent to, as they are compared and shown."""

from __future__ import annotations

from collections.abc import Container, Iterable
from functools import lru_cache

from mailspec.mail.sign_in_hosts import host_of, port_of
from mailspec.rules.host import is_loopback
from mailspec.text import punycode
from mailspec.text.url import split_url

# The first port that every user of a machine can open, without its administrator (Linux: ip_unprivileged_port_start).
_FREE_PORTS = 1024
# Between places that are one: no path holds it.
_BETWEEN = "\0"


def place_of(host: str, port: int | None, one_service: Container[int] = ()) -> str:
    """Return a place as it is compared and shown: a host in the form that is asked for, and its port.

    Ports of ``one_service`` are the same place, which has no port: an account's mail is taken at 465 and 587 (RFC 8314,
    RFC 6409), at 25, and at 2525 where networks bar those. Behind any other port of the host stands another program,
    perhaps another user's: ports from 1024 on are free to everybody there. So is 2525 on this very machine.

    >>> place_of("Mail.acme.example.", 465, {465, 587}), place_of("mail.acme.example", 8025), place_of("::1", 25)
    ('mail.acme.example', 'mail.acme.example:8025', '[::1]:25')
    """
    name = punycode(host).lower().rstrip(".")
    if not name or port is None or (port in one_service and not (port >= _FREE_PORTS and is_loopback(name))):
        return name
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"


def web_place(url: str) -> str:
    """Return the place of an address on the web; each of its ports is one of its own, and so is each path.

    >>> web_place("https://Hub.acme.example/"), web_place("https://hub.acme.example:8443/x/../zabbix/")
    ('hub.acme.example:443', 'hub.acme.example:8443/x/../zabbix')
    """
    place = place_of(host_of(url), port_of(url))
    # Behind another path stands another program, perhaps another user's; what a detour means is the server's word.
    return place and place + split_url(url).path.rstrip("/")


def join_places(places: Iterable[str]) -> str:
    """Return several places as one, as those that every secret of a Spec is written to: they are compared at once."""
    return _BETWEEN.join(places)


@lru_cache(maxsize=256)
def each_place(place: str) -> tuple[str, ...]:
    return tuple(place.split(_BETWEEN))


@lru_cache(maxsize=256)
def _set_of(place: str) -> frozenset[str]:
    return frozenset(each_place(place))


def new_places(place: str, known: Iterable[str]) -> list[str]:
    """Return what of a place is in none of the known ones."""
    new = _set_of(place).difference(*map(_set_of, known))
    return [one for one in each_place(place) if one in new] if new else []
