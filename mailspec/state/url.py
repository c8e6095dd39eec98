"""Where the state is: a file of SQLite, or a PostgreSQL database."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from mailspec.outcome.refusal import Refusal
from mailspec.outcome.secret import MASK, Secret

DEFAULT = "sqlite:///.mailspec/state.sqlite"
OPTION = "--state"
VARIABLE = "MAILSPEC_STATE_URL"

_POSTGRES = re.compile(r"postgres(?:ql)?(?:\+psycopg)?://", re.IGNORECASE)
# Up to the last "@": a password that was not percent-encoded must not be shown in part either.
_USERINFO = re.compile(r"(?<=//)(?P<user>[^:@/?#]*)(?::(?P<password>.*))?@")
_QUERY = re.compile(r"(?<=[?&])(?P<key>password|sslpassword|passfile)=(?P<value>[^&#]*)", re.IGNORECASE)


def queue_path(state: Path) -> Path:
    """Return the file of the queue that lies beside SQLite's state.

    >>> queue_path(Path("/var/lib/acme/state.sqlite")).name
    'state-queue.sqlite'
    """
    return state.with_name(f"{state.stem}-queue{state.suffix}")


@dataclass(frozen=True, slots=True)
class StateUrl:
    """``display`` may be shown and kept. ``url`` is what is connected to, for SQLite ``path`` instead."""

    display: str
    url: Secret
    path: Path | None = None
    secrets: tuple[Secret, ...] = field(default=())
    origin: str = OPTION


def parse_url(text: str | None, project: Path, origin: str = OPTION) -> StateUrl | Refusal:
    """Read ``--state`` or ``MAILSPEC_STATE_URL``; ``origin`` says which. A relative file starts at the project.

    As SQLAlchemy has it, ``sqlite:///state.sqlite`` is relative and ``sqlite:////var/lib/state.sqlite``
    absolute.
    """
    given = text or DEFAULT
    if given.startswith("sqlite:///"):
        word = given.removeprefix("sqlite:///")
        if not word or word.startswith(":") or "?" in word or "\0" in word:
            return Refusal("state-url", f"{origin}: {given.partition('?')[0]} names no file", _HELP)
        path = (project / word).absolute()
        return StateUrl(f"sqlite:///{word}", Secret(""), path, (), origin)
    if _POSTGRES.match(given):
        passwords = [match["password"] or "" for match in _USERINFO.finditer(given)]
        passwords += [match["value"] for match in _QUERY.finditer(given)]
        shown = _USERINFO.sub(lambda m: m["user"] + (f":{MASK}" if m["password"] else "") + "@", given)
        shown = _QUERY.sub(lambda m: f"{m['key']}={MASK}", shown)
        url = _POSTGRES.sub("postgresql+psycopg://", given, count=1)
        secrets = {word for raw in passwords if raw for word in (raw, unquote(raw))}
        return StateUrl(shown, Secret(url), None, tuple(Secret(word) for word in sorted(secrets)), origin)
    if "://" not in given:
        return Refusal("state-url", f"{origin} is no URL of a state", _HELP)
    scheme = given.partition("://")[0][:32]
    return Refusal("state-url", f"{origin}: {scheme!r} is no kind of state that mailspec knows", _HELP)


_HELP = "give sqlite:///PATH or postgresql://USER@HOST/DATABASE (the password in ~/.pgpass or PGPASSWORD)"
