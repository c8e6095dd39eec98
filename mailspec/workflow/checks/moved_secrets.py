"""MS806: a reference to a secret that is sent to a place to which the base revision does not send it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from mailspec.load import Loaded
from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.mail.sign_in_hosts import issuer_of
from mailspec.model.effective import Effective
from mailspec.model.fields import FIELDS, Settings
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.report import finding
from mailspec.outcome.sentence import shorten_list
from mailspec.plan.thresholds import SECRET_MOVE
from mailspec.resolve import Resolver
from mailspec.resolve.activation import state_of
from mailspec.rules.fault import primary_value
from mailspec.secrets.resolve import describe
from mailspec.workflow.accounts.plain_settings import project_relative, sending

# Sent to the mail server itself; every other one but a key of TLS, which never leaves, to the issuer.
_TO_SERVER = frozenset({Settings.auth.password, Settings.auth.oauth.token})
_SECRETS = tuple(field for field in FIELDS if field.secret and not field.startswith("tls."))
_MICROSOFT = "Microsoft 365"
_SHOWN = 3


class Sent(NamedTuple):
    """A reference and a place that it is sent to, with who sends it and where the place is written."""

    reference: dict[str, Any]
    place: str
    settings: Effective
    secret: Value
    to_server: bool

    @property
    def key(self) -> str:
        """What tells references apart."""
        return json.dumps(self.reference, sort_keys=True)

    @property
    def place_value(self) -> Value:
        """What says where it goes: the host or the issuer, else the reference itself."""
        where = Settings.host if self.to_server else Settings.auth.oauth.issuer
        return primary_value(self.settings, where, Settings.provider) or self.secret

    @property
    def word(self) -> str:
        """How the command line names the reference, as in ``--allow secret-move=env:NAME``."""
        return describe(self.reference).replace(" ", ":", 1)


class Move(NamedTuple):
    """A reference that goes to a new place, and the places that the base sends it to."""

    sent: Sent
    before: tuple[str, ...]
    environment: str | None


def moves(before: Loaded, after: Loaded) -> list[Move]:
    """Return each reference of the base that goes to a new place, whichever object or environment does so."""
    known: dict[str, dict[str, None]] = {}
    patterns: dict[str, re.Pattern[str]] = {}
    for spec in _specs(before):
        for sent in _all_sent(spec):
            known.setdefault(sent.key, {})[sent.place] = None
            if "{email}" in sent.key:
                patterns[sent.key] = re.compile(re.escape(sent.key).replace(re.escape("{email}"), "[^/]+"))
    found: list[Move] = []
    told: set[tuple[str, str]] = set()
    for spec in _specs(after):
        for sent in _all_sent(spec):
            # What a pattern of the base stood for is the same secret where it is written out.
            same = [key for key, pattern in patterns.items() if sent.key not in known and pattern.fullmatch(sent.key)]
            places = known.get(sent.key) or {place: None for key in same for place in known[key]}
            if places and sent.place not in places and (sent.key, sent.place) not in told:
                told.add((sent.key, sent.place))
                found.append(Move(sent, tuple(places), spec.environment))
    return found


def moved(before: Loaded, after: Loaded, allowed: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield a finding for each secret that goes to a new place and whose move nobody has approved."""
    approved = set(allowed)
    for move in moves(before, after):
        sent = move.sent
        if SECRET_MOVE + sent.word in approved:
            continue
        value = sent.place_value
        place, secret = value.location or sent.secret.location, sent.secret.location
        item = value.item if value.location is not None else sent.secret.item
        yield finding(
            "MS806",
            f"The secret ({describe(sent.reference)}) would go to {sent.place}; before this change it goes to "
            f"{shorten_list(list(move.before), _SHOWN)} alone.",
            place,
            path=item.pointer(value.path) if isinstance(item, Item) else "",
            object=sent.settings.object,
            help="Give the new place a secret of its own. Where the move is meant, whoever may approve it adds "
            f"--allow '{SECRET_MOVE}{sent.word}'.",
            related=() if secret is None or secret == place else (Related(secret, "the secret"),),
        ).replace(environment=move.environment)


def _specs(loaded: Loaded) -> list[Spec]:
    return [loaded.base, *loaded.environments.values()]


def _all_sent(spec: Spec) -> Iterator[Sent]:
    resolver = Resolver(spec)
    for name in spec.configurations:
        if state_of(spec, name) != "absent":
            yield from _sent(resolver.configuration(name), spec)
    for first, identities in resolver.people.kinds():
        if first.username is None:
            continue
        for identity in identities:
            # People whom only their addresses tell apart share a pattern: one of them stands for all.
            if identity == identities[0] or spec.users[identity].data.get("account"):
                yield from _sent(resolver.person(identity), spec)


def _sent(settings: Effective, spec: Spec) -> Iterator[Sent]:
    issuer: str | None = None
    for field in _SECRETS:
        value = settings.value(field)
        if value is None:
            continue
        if field in _TO_SERVER:
            host = str(settings.host or "").lower().rstrip(".")
            place = _MICROSOFT if settings.mode == "office365" else host
        else:
            issuer = issuer if issuer is not None else str(issuer_of(sending(settings, spec)) or "")
            place = issuer
        reference = _declared(value, spec)
        if place and isinstance(reference, dict):
            yield Sent(reference, place, settings, value, field in _TO_SERVER)


def _declared(value: Value, spec: Spec) -> Any:
    """Return a reference as it is declared, a person's address not filled in; paths start at the project."""
    written = value.item.get(*value.path) if isinstance(value.item, Item) else value.value
    return project_relative(value.replace(written), spec)
