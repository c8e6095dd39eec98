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
from mailspec.model.fields import FIELDS, PlainSettings, Settings
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.report import finding
from mailspec.outcome.sentence import shorten_list
from mailspec.plan.desired import DesiredObject
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
    def place_value(self) -> Value:
        """What says where it goes: the host or the issuer, else the reference itself."""
        where = Settings.host if self.to_server else Settings.auth.oauth.issuer
        return primary_value(self.settings, where, Settings.provider) or self.secret

    @property
    def word(self) -> str:
        """How the command line names the reference, as in ``--allow secret-move=env:NAME``."""
        return _word(self.reference)


class Move(NamedTuple):
    """A reference that goes to a new place, and the places that the base sends it to."""

    sent: Sent
    before: tuple[str, ...]
    environment: str | None


class Known:
    """What a revision sends where: the places of each reference, and the patterns of references."""

    def __init__(self, loaded: Loaded) -> None:
        self._places: dict[str, dict[str, None]] = {}
        self._patterns: dict[str, re.Pattern[str]] = {}
        for spec in _specs(loaded):
            for sent in _all_sent(spec):
                key = _key(sent.reference)
                self._places.setdefault(key, {})[sent.place] = None
                if "{email}" in key:
                    self._patterns[key] = re.compile(re.escape(key).replace(re.escape("{email}"), "[^/]+"))

    def before(self, reference: dict[str, Any], place: str) -> tuple[str, ...]:
        """Return the places that have a secret where ``place`` would be new to it, else nothing."""
        key = _key(reference)
        places = self._places.get(key)
        if places is None:
            # What a pattern of the base stood for is the same secret where it is written out.
            same = [other for other, pattern in self._patterns.items() if pattern.fullmatch(key)]
            places = {known: None for other in same for known in self._places[other]}
        return () if place in places else tuple(places)


def moves(before: Loaded, after: Loaded) -> list[Move]:
    """Return each reference of the base that goes to a new place, whichever object or environment does so."""
    known = Known(before)
    found: list[Move] = []
    told: set[tuple[str, str, str | None]] = set()
    for spec in _specs(after):
        for sent in _all_sent(spec):
            key = _key(sent.reference)
            # What the base itself does is not told again of the environments that do so, too.
            if {(key, sent.place, None), (key, sent.place, spec.environment)} & told:
                continue
            places = known.before(sent.reference, sent.place)
            if places:
                told.add((key, sent.place, spec.environment))
                found.append(Move(sent, places, spec.environment))
    return found


def moved_again(before: Loaded, objects: Iterable[DesiredObject], allowed: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield a finding for each secret that objects of an earlier apply would send to a place that is new to ``before``.

    Their references are resolved anew, so that what was rotated since would go to where the old one went.
    """
    known, approved = Known(before), set(allowed)
    told: set[tuple[str, str]] = set()
    for item in objects:
        settings = PlainSettings(item.fields)
        for field in _SECRETS:
            reference = item.fields.get(field)
            if not isinstance(reference, dict) or item.state == "absent":
                continue
            place = _place(field, settings)
            places = known.before(reference, place) if place else ()
            word = _word(reference)
            if places and SECRET_MOVE + word not in approved and (word, place) not in told:
                told.add((word, place))
                message, help = _told(reference, place, places, "going back")
                yield finding("MS806", message, None, object=item.name, help=help)


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
        message, help = _told(sent.reference, sent.place, move.before, "this change")
        yield finding(
            "MS806",
            message,
            place,
            path=item.pointer(value.path) if isinstance(item, Item) else "",
            object=sent.settings.object,
            help=help,
            related=() if secret is None or secret == place else (Related(secret, "the secret"),),
        ).replace(environment=move.environment)


def _told(reference: dict[str, Any], place: str, before: tuple[str, ...], what: str) -> tuple[str, str]:
    """Return a finding's message and help; ``what`` moves the secret."""
    return (
        f"The secret ({describe(reference)}) would go to {place}; before {what} it goes to "
        f"{shorten_list(list(before), _SHOWN)} alone.",
        "Give the new place a secret of its own. Where the move is meant, whoever may approve it adds "
        f"--allow '{SECRET_MOVE}{_word(reference)}'.",
    )


def _key(reference: dict[str, Any]) -> str:
    """Return what tells references apart."""
    return json.dumps(reference, sort_keys=True)


def _word(reference: dict[str, Any]) -> str:
    return describe(reference).replace(" ", ":", 1)


def _place(field: str, settings: PlainSettings) -> str:
    """Return where an account sends the secret of a field: the mail server, Microsoft 365 or the issuer."""
    if field not in _TO_SERVER:
        return str(issuer_of(settings) or "")
    return _MICROSOFT if settings.mode == "office365" else str(settings.host or "").lower().rstrip(".")


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
    plain: PlainSettings | None = None
    for field in _SECRETS:
        value = settings.value(field)
        if value is None:
            continue
        plain = plain or sending(settings, spec)
        place = _place(field, plain)
        reference = _declared(value, spec)
        if place and isinstance(reference, dict):
            yield Sent(reference, place, settings, value, field in _TO_SERVER)


def _declared(value: Value, spec: Spec) -> Any:
    """Return a reference as it is declared, a person's address not filled in; paths start at the project."""
    written = value.item.get(*value.path) if isinstance(value.item, Item) else value.value
    return project_relative(value.replace(written), spec)
