"""MS806: a reference to a secret that is sent to a place to which the base revision does not send it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mailspec.load.item import Item
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.report import finding
from mailspec.outcome.sentence import shorten_list
from mailspec.plan.desired import DesiredObject, TargetDesired
from mailspec.plan.thresholds import SECRET_MOVE
from mailspec.text.address import PLACEHOLDER
from mailspec.text.person_pattern import PersonPatterns, person_pattern
from mailspec.workflow.checks.secret_contents import UNKNOWN, SecretContents
from mailspec.workflow.checks.sent_secrets import WRITTEN, Sent, all_sent, kept_here, sent_again, specs_of
from mailspec.workflow.project import Project

_SHOWN = 3
# Servers that a target's authorities are told for: each of the change's is enough to refuse them.
_MOST_PLACES = 20
# Of a certificate's digest: enough for nobody to make one that is shown alike.
_DIGITS = 32


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
        # The same by what is really read: each person's address stands in the pattern's place.
        self._read: dict[str, dict[str, None]] = {}
        self._contents: dict[str, dict[str, None]] = {}
        self._patterns = PersonPatterns()
        # The places' keys without capitals, in which one address may be written in several ways.
        self._folded: dict[str, list[str]] = {}
        self._now = SecretContents(now)
        contents = SecretContents(before)
        everything = [
            _to_owner(sent, contents, " in the base")
            for spec in specs_of(before.loaded)
            for sent in (*all_sent(spec), *kept_here(spec))
        ]
        contents.look_at((sent.reference, sent.people) for sent in everything)
        for sent in everything:
            # A server that the base hardly knows, and the change better, is no new one.
            places = dict.fromkeys(filter(None, (sent.place, sent.server)))
            for key in contents.keys(sent.reference, sent.people):
                self._contents.setdefault(sent.mark + key, {}).update(places)
            for key in sent.keys:
                if key not in self._places:
                    self._folded.setdefault(key.lower(), []).append(key)
                self._places.setdefault(key, {}).update(places)
                if PLACEHOLDER in key:
                    self._patterns.add(key)
            for key in {key for one in sent.each() for key in one.keys}:
                self._read.setdefault(key, {}).update(places)

    def as_now(self, sent: Sent) -> Sent:
        """Return what is compared with the base; where certificates or a template decide, by what they hold now."""
        return _to_owner(sent, self._now, "")

    def moved(self, sent: Sent) -> list[tuple[Sent, tuple[str, ...]]]:
        """Return what ``sent`` brings to a new place, each with the places that have it: itself, or what its pattern
        stands for and the base names for somebody else."""
        places = self._before(sent)
        if places:
            return [(sent, places)]
        found = []
        of_pattern: dict[str, None] = {}
        for one in sent.each():
            known = self._places_of(one)
            if not known or sent.place in known:
                continue
            if sent.kind in WRITTEN or any(key in self._places for key in one._replace(kind="").keys):
                found.append((one, tuple(known)))
            else:
                # Of a pattern it is one move, however many people it stands for.
                of_pattern |= known
        return [*([(sent, tuple(of_pattern))] if of_pattern else []), *found]

    def _places_of(self, one: Sent) -> dict[str, None]:
        """Return where the base sends what a reference without a pattern reads."""
        for kind in dict.fromkeys((one.kind, "" if one.kind in WRITTEN else one.kind)):
            keys = one._replace(kind=kind).keys
            found = dict.fromkeys(place for key in keys for place in self._read.get(key, ()))
            if found:
                return found
        return {}

    def _before(self, sent: Sent) -> tuple[str, ...]:
        """Return the places that have a secret where ``sent`` would bring it to a new one, else nothing."""
        is_known, places = self._compared(sent)
        if is_known or sent.kind not in WRITTEN:
            return places
        # A secret of the base that nothing there wrote out: its places are those that it is sent to.
        return self._compared(sent._replace(kind=""))[1]

    def _compared(self, sent: Sent) -> tuple[bool, tuple[str, ...]]:
        """Return whether the base has a secret of that kind, and its places where ``sent`` brings it to a new one."""
        named = self._named(sent.keys, sent.people)
        places = dict.fromkeys(place for known in named for place in known)
        if (places and sent.place not in places) or not self._contents:
            return bool(places), () if sent.place in places else tuple(places)
        keys = [sent.mark + key for key in self._now.keys(sent.reference, sent.people)]
        same_contents = [self._contents[key] for key in keys if key in self._contents]
        if keys and not named:
            # What cannot be read on one side may be what the other one names in other words.
            unknown = sent.mark + UNKNOWN
            others = self._contents.values() if unknown in keys else [self._contents.get(unknown, {})]
            same_contents.append(dict.fromkeys(place for known in others for place in known))
        # Each file of a pattern is a secret of its own.
        new = tuple(dict.fromkeys(place for known in same_contents if sent.place not in known for place in known))
        return bool(places) or any(same_contents), new

    def _named(self, keys: tuple[str, ...], people: Iterable[str]) -> list[dict[str, None]]:
        """Return the places of the references that a secret's keys stand for."""
        same = [key for key in keys if key in self._places or key in self._read]
        if not same:
            # What a pattern of the base stood for is the same secret where it is written out,
            same = list(dict.fromkeys(other for key in keys for other in self._patterns.fitting(key)))
            # and what the base writes out is the same where a pattern stands for it.
            for key in (key for key in keys if PLACEHOLDER in key):
                pattern = person_pattern(key)
                written = (key.replace(PLACEHOLDER, json.dumps(address)[1:-1]).lower() for address in people)
                found = (other for text in written for other in self._folded.get(text, ()))
                same += [other for other in found if pattern.fullmatch(other)]
        return [self._read.get(other) or self._places[other] for other in same]


def _to_owner(sent: Sent, contents: SecretContents, side: str) -> Sent:
    """Return a secret with its place told by what the certificate or the template holds, or the server's authorities.

    Those that lie outside of the project are the runner's, whose limits name them.
    """
    file = sent.where.value if sent.kind in WRITTEN else sent.authorities
    if not file:
        return sent
    found = contents.keys({"file": file})
    # A folder of certificates is read by some programs: the change may have brought it, whatever it holds.
    if (found or contents.has_place_for(file)) and sent.kind not in WRITTEN:
        sent = sent._replace(place=f"{sent.place}, by the authorities of {file}")
    # What cannot be read is none that was there before.
    marks = [f"unknown{side}" if key == UNKNOWN else f"SHA-256 {key.rpartition(' ')[2][:_DIGITS]}" for key in found]
    return sent._replace(place=f"{sent.place} ({marks[0]})") if marks else sent


def moves(before: Project, after: Project) -> list[Move]:
    """Return each reference of the base that goes to a new place, whichever object or environment does so."""
    known = Known(before, after)
    found: list[Move] = []
    reported: set[tuple[str, str, str | None]] = set()
    for spec in specs_of(after.loaded):
        for sent in map(known.as_now, all_sent(spec, _MOST_PLACES)):
            keys = sent.keys
            # What the base itself does is not told again of the environments that do so, too.
            if {(keys[0], sent.place, None), (keys[0], sent.place, spec.environment)} & reported:
                continue
            moved_now = known.moved(sent)
            if moved_now:
                reported.add((keys[0], sent.place, spec.environment))
                found += [Move(one, places, spec.environment) for one, places in moved_now]
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
    for earlier in sent_again(objects, targets, now.root):
        # The certificate is read anew from its file; what a template said stands in the entry itself.
        sent = earlier if earlier.kind == "template" else known.as_now(earlier)
        for one, places in known.moved(sent):
            if SECRET_MOVE + one.word not in approved and (one.word, one.place) not in reported:
                reported.add((one.word, one.place))
                message, help = _words_of_move(one, places, "going back")
                yield finding("MS806", message, None, object=one.object, help=help)


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
        message, help = _words_of_move(sent, move.before, "this change")
        yield finding(
            "MS806",
            message,
            place,
            path=item.pointer(value.path) if isinstance(item, Item) else "",
            object=sent.object,
            help=help,
            related=() if secret is None or secret == place else (Related(secret, "the secret"),),
        ).replace(environment=move.environment)


def _words_of_move(sent: Sent, before: tuple[str, ...], what: str) -> tuple[str, str]:
    """Return a finding's message and help; ``what`` moves the secret."""
    name = sent.name[0].upper() + sent.name[1:]
    places = [place for place in before if not any(other.startswith(f"{place}, ") for other in before)]
    return (
        f"{name} would go to {sent.place}; before {what} it goes to {shorten_list(places, _SHOWN)} alone.",
        "Give the new place a secret of its own. Where the move is meant, whoever may approve it adds "
        f"--allow '{SECRET_MOVE}{sent.word}'.",
    )
