"""MS806: a reference to a secret that is sent to a place to which the base revision does not send it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mailspec.load import Loaded
from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.report import finding
from mailspec.outcome.sentence import shorten_list
from mailspec.plan.desired import DesiredObject, TargetDesired
from mailspec.plan.thresholds import SECRET_MOVE
from mailspec.resolve import Resolver
from mailspec.secrets.encrypted import UNKNOWN
from mailspec.text.address import PLACEHOLDER
from mailspec.text.person_pattern import PersonPatterns, person_pattern
from mailspec.workflow.checks.links_then import real_then
from mailspec.workflow.checks.places import each_place, join_places, new_places
from mailspec.workflow.checks.secret_contents import SecretContents
from mailspec.workflow.checks.sent import KINDS, WRITTEN, Sent, Several
from mailspec.workflow.checks.sent_secrets import (
    all_sent,
    asked_again,
    bundles_of,
    kept_here,
    resolvers_of,
    sent_again,
    sent_if_present,
    specs_of,
    templates_of,
)
from mailspec.workflow.policy.target_readers import written_by
from mailspec.workflow.project import Project

_SHOWN = 3
# Of a certificate's digest: enough for nobody to make one that is shown alike.
_DIGITS = 32
# How a place ends that a file decides about which cannot be read in the checkout.
NOT_READ = f" ({UNKNOWN})"


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
        written = written_files(before.loaded, now.loaded)
        self._now, self._root = SecretContents(now, written), now.root
        contents = SecretContents(before, written)
        real = real_then(before.source, before.root)
        everything = [
            sent._replace(real=real)
            for resolver in resolvers_of(before.loaded)
            for sent in (*sent_by_contents(resolver, contents, " in the base"), *kept_here(resolver))
        ]
        contents.look_at((sent.reference, sent.people) for sent in everything)
        for sent in everything:
            # A server that the base hardly knows, and the change better, is no new one.
            places = dict.fromkeys(filter(None, (sent.place, sent.server)))
            for key in contents.keys(sent.reference, sent.people):
                # Each that is not known may be another one.
                number = len(self._contents) if key == UNKNOWN else ""
                self._contents.setdefault(f"{sent.mark}{key}{number}", {}).update(places)
            for key in sent.keys:
                if key not in self._places:
                    self._folded.setdefault(key.lower(), []).append(key)
                self._places.setdefault(key, {}).update(places)
                if PLACEHOLDER in key:
                    self._patterns.add(key)
            for key in {key for one in sent.each() for key in one.keys}:
                self._read.setdefault(key, {}).update(places)

    def all_now(self, resolver: Resolver) -> Iterator[Sent]:
        """Yield what is compared with the base: all that a Spec of the change sends, by what its files hold now."""
        return sent_by_contents(resolver, self._now)

    def as_now(self, sent: Sent) -> Sent:
        """Return what is compared with the base; where certificates decide, by what they hold now."""
        return _to_owner(sent, self._now, "")

    def again(self, objects: Iterable[DesiredObject], targets: list[TargetDesired]) -> Iterator[Sent]:
        """Yield what an earlier apply sent. Certificates and authorities are read anew from their files; what a
        template said stands in the entry itself."""
        root = self._root
        bundles = {
            path: (f"target:{target.name}", Value(path, "", None, ()))
            for target in targets
            if isinstance(path := target.options.get("ca_bundle"), str)
        }
        known = tuple(_by_authorities("", path, self._now, "") for path in bundles)
        for sent in sent_again(objects, targets, root):
            yield self.as_now(sent)
            if known and not sent.kind and not sent.object.startswith("target:"):
                place = join_places(sent.place + one for one in known)
                yield sent._replace(place=place, server="", authorities="", of=tuple(bundles.values()))

    def moved(self, sent: Sent) -> list[tuple[Sent, tuple[str, ...]]]:
        """Return what ``sent`` brings to a new place, each with the places that have it: itself, or what its pattern
        stands for and the base names for somebody else."""
        places = self._before(sent)
        if places:
            return [(sent, places)]
        found = []
        of_pattern: dict[str, None] = {}
        for one in sent.each():
            known = next((group for group in self._places_of(one) if new_places(sent.place, group)), None)
            if not known:
                continue
            if sent.kind in WRITTEN or any(key in self._places for key in one._replace(kind="").keys):
                found.append((one, tuple(known)))
            else:
                # Of a pattern it is one move, however many people it stands for.
                of_pattern |= known
        return [*([(sent, tuple(of_pattern))] if of_pattern else []), *found]

    def _places_of(self, one: Sent) -> list[dict[str, None]]:
        """Return where the base sends what a reference without a pattern reads, by each of its keys."""
        for kind in dict.fromkeys((one.kind, *KINDS)):
            found = [self._read[key] for key in one._replace(kind=kind).keys if self._read.get(key)]
            if found:
                return found
        return []

    def _before(self, sent: Sent) -> tuple[str, ...]:
        """Return the places that have a secret where ``sent`` would bring it to a new one, else nothing."""
        # A secret that the base has in no such way goes there where it is sent, sealed or written in any other: one
        # that gets a token from an issuer that nobody names is sent nowhere itself.
        for kind in dict.fromkeys((sent.kind, *KINDS)):
            is_known, places = self._compared(sent._replace(kind=kind))
            if is_known or places:
                return places
        return ()

    def _compared(self, sent: Sent) -> tuple[bool, tuple[str, ...]]:
        """Return whether the base has a secret of that kind, and its places where ``sent`` brings it to a new one."""
        named = self._named(sent.keys, sent.people)
        # What two keys name must be allowed by each: a link may have made two secrets one.
        places = next((known for known in named if new_places(sent.place, known)), {})
        if places or not self._contents:
            return bool(named), tuple(places)
        keys = [sent.mark + key for key in self._now.keys(sent.reference, sent.people)]
        same_contents = [self._contents[key] for key in keys if key in self._contents]
        if keys and not named:
            # What cannot be read on one side may be any that the other one names in other words.
            unknown = sent.mark + UNKNOWN
            any_of = "" if unknown in keys else unknown
            same_contents += [known for key, known in self._contents.items() if key.startswith(any_of)]
        # Each file of a pattern is a secret of its own.
        of_new = (known for known in same_contents if new_places(sent.place, known))
        return bool(named) or any(same_contents), tuple(dict.fromkeys(place for known in of_new for place in known))

    def _named(self, keys: tuple[str, ...], people: Iterable[str]) -> list[dict[str, None]]:
        """Return the places of each of a secret's keys, or together those of the references that a key stands for."""
        found = []
        for key in keys:
            others = [key] if key in self._places or key in self._read else self._alike(key, people)
            places = dict.fromkeys(place for other in others for place in self._read.get(other) or self._places[other])
            if places:
                found.append(places)
        return found

    def _alike(self, key: str, people: Iterable[str]) -> list[str]:
        """Return the base's keys of the same secrets as a key that it does not have."""
        # What a pattern of the base stood for is the same secret where it is written out,
        same = list(self._patterns.fitting(key))
        # and what the base writes out is the same where a pattern stands for it.
        if PLACEHOLDER in key:
            pattern = person_pattern(key)
            written = (key.replace(PLACEHOLDER, json.dumps(address)[1:-1]).lower() for address in people)
            found = (other for text in written for other in self._folded.get(text, ()))
            same += [other for other in found if pattern.fullmatch(other)]
        return list(dict.fromkeys(same))


def written_files(*projects: Loaded) -> frozenset[str]:
    """Return the files that targets write, in any environment, by their real paths."""
    entries = (entry for loaded in projects for spec in specs_of(loaded) for entry in written_by(spec))
    return frozenset(file for entry in entries for file in (entry.place, *entry.files))


def sent_by_contents(resolver: Resolver, contents: SecretContents, side: str = "") -> Iterator[Sent]:
    """Yield all that a Spec sends, and what its absent configurations would, each place told by what its files hold.

    An absent configuration is looked at, too: a later change that brings it back would change nothing but its state.
    ``side`` tells contents that cannot be read from those of the other side.
    """
    several = _several(resolver.spec, contents, side)
    for sent in (*all_sent(resolver, several), *sent_if_present(resolver)):
        yield _to_owner(sent, contents, side)


def _several(spec: Spec, contents: SecretContents, side: str) -> tuple[Several, Several]:
    """Return the templates that write all passwords of a Spec, and the authorities that its targets' programs use."""
    templates, bundles = templates_of(spec), bundles_of(spec)
    written = (_by_contents(f"what {path} names", str(it.value), contents, side) for path, (_, it) in templates.items())
    known = (_by_authorities("", str(value.value), contents, side) for _, value in bundles.values())
    return (
        Several(tuple(written), tuple(templates.values()), "template"),
        Several(tuple(known), tuple(bundles.values()), of_server=True),
    )


def _to_owner(sent: Sent, contents: SecretContents, side: str) -> Sent:
    """Return a secret with its place told by what the certificate holds, or the server's authorities.

    Those that lie outside of the project are the runner's, whose limits name them.
    """
    if sent.kind == "sealed":
        return sent._replace(place=_by_contents(sent.place, str(sent.where.value), contents, side))
    if not sent.authorities:
        return sent
    return sent._replace(place=_by_authorities(sent.place, sent.authorities, contents, side))


def _by_authorities(place: str, file: str, contents: SecretContents, side: str) -> str:
    # A folder of certificates is read by some programs: the change may have brought it, whatever it holds.
    inside = contents.has_place_for(file)
    return _by_contents(f"{place}, by the authorities of {file}" if inside else place, file, contents, side)


def _by_contents(place: str, file: str, contents: SecretContents, side: str) -> str:
    """Return a place that a file decides about, with what the file holds on that side."""
    # What cannot be read is none that was there before.
    marks = [
        f"{UNKNOWN}{side}" if key == UNKNOWN else f"SHA-256 {key.rpartition(' ')[2][:_DIGITS]}"
        for key in contents.keys({"file": file})
    ]
    return f"{place} ({marks[0]})" if marks else place


def moves(before: Project, after: Project) -> list[Move]:
    """Return each reference of the base that goes to a new place, whichever object or environment does so."""
    known = Known(before, after)
    found: list[Move] = []
    reported: set[tuple[str, str, str | None]] = set()
    for resolver in resolvers_of(after.loaded):
        environment = resolver.spec.environment
        for sent in known.all_now(resolver):
            keys = sent.keys
            # What the base itself does is not told again of the environments that do so, too.
            if {(keys[0], sent.place, None), (keys[0], sent.place, environment)} & reported:
                continue
            moved_now = known.moved(sent)
            if moved_now:
                reported.add((keys[0], sent.place, environment))
                found += [Move(first_new(one, places), places, environment) for one, places in moved_now]
    return found


def first_new(sent: Sent, places: Iterable[str]) -> Sent:
    """Return what goes to several places as what goes to the first that is new: one is enough to refuse all."""
    if not sent.of:
        return sent
    all_places = each_place(sent.place)
    # Of several secrets that hold the same, each may be new to another place.
    place = next(iter(new_places(sent.place, places) or all_places))
    of, where = sent.of[all_places.index(place)]
    return sent._replace(place=place, object=of, where=where)


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
    known = Known(before, now)
    return _moves_of(known.again(objects, list(targets)), known, allowed, "going back")


def asked_elsewhere(
    before: Project, now: Project, targets: Iterable[TargetDesired], allowed: Iterable[str] = ()
) -> Iterator[Finding]:
    """Yield a finding for each secret with which the programs of earlier targets would be asked in a place that is new
    to ``before``."""
    known = Known(before, now)
    return _moves_of(map(known.as_now, asked_again(targets, now.root)), known, allowed, "this change")


def _moves_of(everything: Iterable[Sent], known: Known, allowed: Iterable[str], what: str) -> Iterator[Finding]:
    approved = set(allowed)
    reported: set[tuple[str, str]] = set()
    for sent in everything:
        for one, places in known.moved(sent):
            if SECRET_MOVE + one.word not in approved and (one.word, one.place) not in reported:
                reported.add((one.word, one.place))
                message, help = _words_of_move(first_new(one, places), places, what)
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
    before = tuple(dict.fromkeys(one for place in before for one in each_place(place)))
    places = [place for place in before if not any(other.startswith(f"{place}, ") for other in before)]
    return (
        f"{name} would go to {sent.place}; before {what} it goes to {shorten_list(places, _SHOWN)} alone.",
        "Give the new place a secret of its own. Where the move is meant, whoever may approve it adds "
        f"--allow '{SECRET_MOVE}{sent.word}'.",
    )
