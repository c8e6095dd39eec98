"""MS806: a reference to a secret that is sent to a place to which the base revision does not send it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Iterator
from typing import Any, NamedTuple

from mailspec.load import Loaded
from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.mail.sign_in_hosts import host_of, issuer_of
from mailspec.model.effective import Effective
from mailspec.model.fields import FIELDS, PlainSettings, Settings
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.report import finding
from mailspec.outcome.sentence import shorten_list
from mailspec.plan.desired import DesiredObject, TargetDesired
from mailspec.plan.thresholds import SECRET_MOVE
from mailspec.resolve import Resolver, bulk_account, mailing, mobile
from mailspec.resolve.activation import state_of
from mailspec.rules.fault import primary_value
from mailspec.secrets.resolve import describe
from mailspec.targets.registry import reach_of
from mailspec.text.person_pattern import PLACEHOLDER, person_pattern
from mailspec.workflow.accounts.plain_settings import from_project, project_relative, sending
from mailspec.workflow.checks.secret_contents import UNKNOWN, SecretContents
from mailspec.workflow.checks.secret_keys import secret_keys
from mailspec.workflow.project import Project

# Sent to the mail server itself; every other one but a key of TLS, which never leaves, to the issuer.
_TO_SERVER = frozenset({Settings.auth.password, Settings.auth.oauth.token})
_SECRETS = tuple(field for field in FIELDS if field.secret and not field.startswith("tls."))
_MICROSOFT = "Microsoft 365"
_SHOWN = 3
# Of a certificate's digest: enough for nobody to make one that is shown alike.
_DIGITS = 32


class Sent(NamedTuple):
    """A reference and a place that it is sent to, with who sends it; ``where`` is what says where it goes, and ``root``
    the project's folder. A secret that is ``sealed`` goes to nobody but the owner of a certificate: what it is sealed
    for is compared with that alone."""

    reference: dict[str, Any]
    place: str
    object: str
    secret: Value
    where: Value
    root: str
    sealed: bool = False
    # Whose addresses a pattern stands for, in lower case.
    people: frozenset[str] = frozenset()

    @property
    def word(self) -> str:
        """How the command line names the reference, as in ``--allow secret-move=env:NAME``."""
        return _word(self.reference)

    @property
    def mark(self) -> str:
        """What the keys of this secret begin with."""
        return "sealed " if self.sealed else ""

    @property
    def keys(self) -> tuple[str, ...]:
        """By what the secret is known again."""
        return tuple(self.mark + key for key in secret_keys(self.reference, self.root))


class Move(NamedTuple):
    """A reference that goes to a new place, and the places that the base sends it to."""

    sent: Sent
    before: tuple[str, ...]
    environment: str | None


class Known:
    """What a revision sends where: the places of each reference and of what its files hold, and the patterns of
    references; ``now`` holds the files of what is compared with it."""

    def __init__(self, before: Project, now: Project) -> None:
        self._places: dict[str, dict[str, None]] = {}
        self._contents: dict[str, dict[str, None]] = {}
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._now = SecretContents(now)
        contents = SecretContents(before)
        everything = [
            _to_owner(sent, contents, " in the base") for spec in _specs(before.loaded) for sent in _all_sent(spec)
        ]
        contents.look_at((sent.reference, sent.people) for sent in everything)
        for sent in everything:
            for key in contents.keys(sent.reference, sent.people):
                self._contents.setdefault(sent.mark + key, {})[sent.place] = None
            for key in sent.keys:
                self._places.setdefault(key, {})[sent.place] = None
                if PLACEHOLDER in key:
                    self._patterns[key] = person_pattern(key)

    def as_now(self, sent: Sent) -> Sent:
        """Return what is compared with the base, for a sealed secret with the certificate that lies there now."""
        return _to_owner(sent, self._now, "")

    def before(self, sent: Sent) -> tuple[str, ...]:
        """Return the places that have a secret where ``sent`` would bring it to a new one, else nothing."""
        named = self._named(sent.keys, sent.people)
        places = dict.fromkeys(place for known in named for place in known)
        if (places and sent.place not in places) or not self._contents:
            return () if sent.place in places else tuple(places)
        keys = [sent.mark + key for key in self._now.keys(sent.reference, sent.people)]
        same_contents = [self._contents[key] for key in keys if key in self._contents]
        if keys and not named:
            # What cannot be read on one side may be what the other one names in other words.
            unknown = sent.mark + UNKNOWN
            others = self._contents.values() if unknown in keys else [self._contents.get(unknown, {})]
            same_contents.append(dict.fromkeys(place for known in others for place in known))
        # Each file of a pattern is a secret of its own.
        return tuple(dict.fromkeys(place for known in same_contents if sent.place not in known for place in known))

    def _named(self, keys: tuple[str, ...], people: Container[str]) -> list[dict[str, None]]:
        """Return the places of the references that a secret's keys stand for."""
        same = [key for key in keys if key in self._places]
        if not same:
            # What a pattern of the base stood for is the same secret where it is written out,
            same = [other for other, pattern in self._patterns.items() if any(map(pattern.fullmatch, keys))]
            # and what the base writes out is the same where a pattern stands for it.
            for pattern in (person_pattern(key) for key in keys if PLACEHOLDER in key):
                found = (pattern.fullmatch(other) for other in self._places)
                same += [match[0] for match in found if match is not None and match["email"].lower() in people]
        return [self._places[other] for other in same]


def _to_owner(sent: Sent, contents: SecretContents, side: str) -> Sent:
    """Return a sealed secret with its place told by what the certificate's file holds, whatever it is called."""
    if not sent.sealed:
        return sent
    found = contents.keys({"file": sent.where.value})
    # What cannot be read is no certificate that was there before.
    marks = [f"unknown{side}" if key == UNKNOWN else f"SHA-256 {key.rpartition(' ')[2][:_DIGITS]}" for key in found]
    return sent._replace(place=f"{sent.place} ({marks[0]})") if marks else sent


def moves(before: Project, after: Project) -> list[Move]:
    """Return each reference of the base that goes to a new place, whichever object or environment does so."""
    known = Known(before, after)
    found: list[Move] = []
    reported: set[tuple[str, str, str | None]] = set()
    for spec in _specs(after.loaded):
        for sent in (known.as_now(sent) for sent in _all_sent(spec)):
            keys = sent.keys
            # What the base itself does is not told again of the environments that do so, too.
            if {(keys[0], sent.place, None), (keys[0], sent.place, spec.environment)} & reported:
                continue
            places = known.before(sent)
            if places:
                reported.add((keys[0], sent.place, spec.environment))
                found.append(Move(sent, places, spec.environment))
    return found


def moved_again(
    before: Project,
    now: Project,
    objects: Iterable[DesiredObject],
    targets: Iterable[TargetDesired],
    allowed: Iterable[str] = (),
) -> Iterator[Finding]:
    """Yield a finding for each secret that objects and targets of an earlier apply would send to a place that is new
    to ``before``.

    Their references are resolved anew, so that what was rotated since would go to where the old one went.
    """
    known, approved = Known(before, now), set(allowed)
    reported: set[tuple[str, str]] = set()
    for name, reference, place in _sent_again(objects, targets):
        value = Value(reference, "", None, ())
        places = known.before(Sent(reference, place, name, value, value, now.root))
        word = _word(reference)
        if places and SECRET_MOVE + word not in approved and (word, place) not in reported:
            reported.add((word, place))
            message, help = _words_of_move(reference, place, places, "going back")
            yield finding("MS806", message, None, object=name, help=help)


def _sent_again(
    objects: Iterable[DesiredObject], targets: Iterable[TargetDesired]
) -> Iterator[tuple[str, dict[str, Any], str]]:
    for item in objects:
        settings = PlainSettings(item.fields)
        for field in _SECRETS:
            reference = item.fields.get(field)
            place = _place(field, settings) if isinstance(reference, dict) and item.state != "absent" else ""
            if isinstance(reference, dict) and place:
                yield item.name, reference, place
    for target in targets:
        for reference, place in _asked_with(target):
            yield f"target:{target.name}", reference, place


def moved(before: Project, after: Project, allowed: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield a finding for each secret that goes to a new place and whose move nobody has approved."""
    approved = set(allowed)
    for move in moves(before, after):
        sent = move.sent
        if SECRET_MOVE + sent.word in approved:
            continue
        value = sent.where
        place, secret = value.location or sent.secret.location, sent.secret.location
        item = value.item if value.location is not None else sent.secret.item
        message, help = _words_of_move(sent.reference, sent.place, move.before, "this change")
        yield finding(
            "MS806",
            message,
            place,
            path=item.pointer(value.path) if isinstance(item, Item) else "",
            object=sent.object,
            help=help,
            related=() if secret is None or secret == place else (Related(secret, "the secret"),),
        ).replace(environment=move.environment)


def _words_of_move(reference: dict[str, Any], place: str, before: tuple[str, ...], what: str) -> tuple[str, str]:
    """Return a finding's message and help; ``what`` moves the secret."""
    return (
        f"The secret ({describe(reference)}) would go to {place}; before {what} it goes to "
        f"{shorten_list(list(before), _SHOWN)} alone.",
        "Give the new place a secret of its own. Where the move is meant, whoever may approve it adds "
        f"--allow '{SECRET_MOVE}{_word(reference)}'.",
    )


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
            own = spec.users[identity].data.get("account")
            if identity == identities[0] or own:
                theirs = [identity] if own else identities
                people = frozenset(str(spec.users[each].get("email")).lower() for each in theirs)
                yield from _sent(resolver.person(identity), spec, people)
    for name in spec.mailings:
        yield from _sent(mailing(resolver, name), spec)
    if spec.sends_bulk:
        yield from _sent(bulk_account(resolver), spec)
    if spec.sends_mobile:
        yield from _sent(mobile(resolver), spec)
    for name, item in spec.targets.items():
        yield from _sent_by_target(name, item, spec)
        source = item.get("configuration") or resolver.activation.active
        if source not in spec.configurations:
            continue
        if item.get("certificate") is not None:
            yield from _sealed(name, item, resolver.configuration(source), spec)
        if isinstance(item.get("url"), str):
            yield from _given(name, item, resolver.configuration(source), spec)


def _sent(settings: Effective, spec: Spec, people: frozenset[str] = frozenset()) -> Iterator[Sent]:
    plain: PlainSettings | None = None
    for field in _SECRETS:
        value = settings.value(field)
        if value is None:
            continue
        plain = plain or sending(settings, spec)
        place = _place(field, plain)
        reference = _declared(value, spec)
        if place and isinstance(reference, dict):
            word = Settings.host if field in _TO_SERVER else Settings.auth.oauth.issuer
            where = primary_value(settings, word, Settings.provider) or value
            yield Sent(reference, place, settings.object, value, where, spec.root, people=people)


def _sent_by_target(name: str, item: Item, spec: Spec) -> Iterator[Sent]:
    """Yield what a target is asked with: a token goes to a program's address as a password goes to a server."""
    words = {key: project_relative(Value(value, "", item, (key,)), spec) for key, value in item.data.items()}
    given = TargetDesired(name, str(item.get("type")), "", {}, words)
    for reference, place in _asked_with(given):
        secret, where = (Value(item.get(word), "", item, (word,)) for word in ("token", "url"))
        yield Sent(reference, place, f"target:{name}", secret, where, spec.root)


def _sealed(name: str, item: Item, settings: Effective, spec: Spec) -> Iterator[Sent]:
    """Yield what a target seals: whoever has the key to its certificate can read it."""
    word = ("certificate",)
    path = from_project(item, word, str(item.get(*word)), spec)
    for field in _SECRETS:
        value = settings.value(field)
        reference = None if value is None else _declared(value, spec)
        if value is not None and isinstance(reference, dict):
            where = Value(path, "", item, word)
            place = f"the owner of {posixpath.normpath(path)}"
            yield Sent(reference, place, f"target:{name}", value, where, spec.root, sealed=True)


def _given(name: str, item: Item, settings: Effective, spec: Spec) -> Iterator[Sent]:
    """Yield what a program behind an address is given as its settings: an account's secrets go there, too."""
    place = host_of(item.get("url")).lower().rstrip(".")
    for field in _SECRETS:
        value = settings.value(field)
        reference = None if value is None else _declared(value, spec)
        if value is not None and isinstance(reference, dict) and place:
            where = Value(place, "", item, ("url",))
            yield Sent(reference, place, f"target:{name}", value, where, spec.root)


def _asked_with(target: TargetDesired) -> Iterator[tuple[dict[str, Any], str]]:
    reach = reach_of(target) if target.options.get("url") else None
    for reference in () if reach is None else reach.references:
        place = host_of(reach.url).lower().rstrip(".") if reach is not None else ""
        if place:
            yield dict(reference), place


def _declared(value: Value, spec: Spec) -> Any:
    """Return a reference as it is declared, a person's address not filled in; paths start at the project."""
    written = value.item.get(*value.path) if isinstance(value.item, Item) else value.value
    return project_relative(value.replace(written), spec)
