"""What a Spec sends where: each reference to a secret, and each sign-in, with the places that it reaches."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

from mailspec.load import Loaded
from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.mail.sign_in_hosts import host_of, issuer_of, signs_in_by_token, stored_account
from mailspec.model.effective import Effective
from mailspec.model.field import Field
from mailspec.model.fields import FIELDS, PlainSettings, Settings
from mailspec.outcome.effective import Value
from mailspec.plan.desired import DesiredObject, TargetDesired, secret_reference
from mailspec.providers.clouds import cloud
from mailspec.resolve import Resolver, bulk_account, mailing, mobile
from mailspec.resolve.activation import state_of
from mailspec.resolve.person import for_person
from mailspec.rules.fault import primary_value
from mailspec.secrets.resolve import describe
from mailspec.targets.registry import reach_of
from mailspec.text.address import PLACEHOLDER, fits
from mailspec.workflow.accounts.plain_settings import from_project, project_relative, sending
from mailspec.workflow.checks.places import place_of, web_place
from mailspec.workflow.checks.secret_keys import secret_keys

# Sent to the mail server itself; every other one but a key of TLS, which never leaves, to the issuer.
_TO_SERVER = frozenset({Settings.auth.password, Settings.auth.oauth.token})
_SECRETS = tuple(field for field in FIELDS if field.secret and not field.startswith("tls."))
_KEYS = tuple(field for field in FIELDS if field.secret and field.startswith("tls."))
_NOBODY = "nobody, being a key of TLS"
_SUBMISSION = frozenset({25, 465, 587, 2525})
# In place of a reference: a sign-in that a person has made and that is stored (mailspec login).
_STORED = "sign-in"
Kind = Literal["", "sealed", "template", "token"]
# Kinds that a file decides about, by what it holds.
WRITTEN: frozenset[Kind] = frozenset({"sealed", "template"})


class Sent(NamedTuple):
    """A reference and a place that it is sent to, with who sends it; ``where`` is what says where it goes, and ``root``
    the project's folder.

    One that is ``sealed`` goes to nobody but the owner of a certificate, one that a ``template`` writes in clear to
    whatever server stands beside it there; of a ``token`` it is the access token that goes there, which the reference
    or a stored sign-in gets. Each kind is compared with its own; what is written out, else with what the base sends.
    The place says how its server is known, where that is not by its own name and the usual authorities. ``server`` is
    the place without that where the server is hardly known at all, so that any other way is better; ``authorities`` is
    the declared file of those.
    """

    reference: dict[str, Any]
    place: str
    object: str
    secret: Value
    where: Value
    root: str
    kind: Kind = ""
    # Whose addresses a pattern stands for, in lower case.
    people: frozenset[str] = frozenset()
    server: str = ""
    authorities: str = ""

    @property
    def word(self) -> str:
        """How the command line names the reference, as in ``--allow secret-move=env:NAME``."""
        if _STORED in self.reference:
            return f"{_STORED}:{self.reference[_STORED]}"
        return describe(self.reference).replace(" ", ":", 1)

    @property
    def name(self) -> str:
        """What is sent, as people read it; never what it holds."""
        if _STORED in self.reference:
            return f"the access token of the stored sign-in of {self.reference[_STORED]}"
        secret = f"the secret ({describe(self.reference)})"
        return f"the access token that is got with {secret}" if self.kind == "token" else secret

    @property
    def mark(self) -> str:
        """What the keys of this secret begin with."""
        return f"{self.kind} " if self.kind else ""

    @property
    def keys(self) -> tuple[str, ...]:
        """By what the secret is known again."""
        return tuple(self.mark + key for key in secret_keys(self.reference, self.root))

    def each(self) -> Iterator[Sent]:
        """Yield it as it is read: once for each person whose address stands in the pattern's place."""
        if PLACEHOLDER not in str(self.reference) or not self.people:
            yield self
            return
        for address in sorted(self.people):
            if fits(address):
                one = for_person(self.reference, address)
                yield self._replace(reference=one, people=frozenset(), object=f"user:{address}")


def specs_of(loaded: Loaded) -> list[Spec]:
    return [loaded.base, *loaded.environments.values()]


def all_sent(spec: Spec, most: int | None = None) -> Iterator[Sent]:
    """Yield everything that a Spec sends. What targets with authorities of their own send is told for each account, or
    for ``most`` servers of each target, once a server."""
    resolver = Resolver(spec)
    templates = [
        (name, item, from_project(item, ("template",), str(item.get("template")), spec))
        for name, item in spec.targets.items()
        if item.get("template") is not None and item.get("secrets") == "values"
    ]
    bundles = [(name, item) for name, item in spec.targets.items() if item.get("ca_bundle") is not None]
    seen: dict[str, set[str]] = {name: set() for name, _ in bundles}
    for sent in _by_accounts(spec, resolver):
        yield sent
        for name, item in bundles if not sent.kind else ():
            if most is not None and (len(seen[name]) >= most or sent.place in seen[name]):
                continue
            seen[name].add(sent.place)
            # The program that reads the target signs in at the same servers, and knows them by other authorities.
            where = Value(item.get("ca_bundle"), "", item, ("ca_bundle",))
            yield sent._replace(object=f"target:{name}", where=where, authorities=_bundle_of(item, spec))
        for name, item, path in templates if not sent.kind else ():
            # The text beside the password is the template's: another server may stand there.
            where = Value(path, "", item, ("template",))
            place = f"what {posixpath.normpath(path)} names"
            of = f"target:{name}"
            yield sent._replace(place=place, object=of, where=where, kind="template", server="", authorities="")
    yield from _by_targets(spec, resolver)


def kept_here(spec: Spec) -> Iterator[Sent]:
    """Yield the secrets of a Spec that it sends nowhere: keys of TLS, which never leave, and what is absent."""
    resolver = Resolver(spec)
    for name in spec.configurations:
        if state_of(spec, name) == "absent":
            yield from _sent(resolver.configuration(name), spec)
    for settings, people in _accounts(spec, resolver, absent=True):
        for field in _KEYS:
            value = settings.value(field)
            reference = None if value is None else _declared(value, spec)
            if value is not None and isinstance(reference, dict):
                yield Sent(reference, _NOBODY, settings.object, value, value, spec.root, people=people)


def _by_accounts(spec: Spec, resolver: Resolver) -> Iterator[Sent]:
    for settings, people in _accounts(spec, resolver):
        yield from _sent(settings, spec, people)


def _accounts(spec: Spec, resolver: Resolver, *, absent: bool = False) -> Iterator[tuple[Effective, frozenset[str]]]:
    """Yield the settings of each account, with the people whose addresses stand for ``{email}`` in them."""
    for name in spec.configurations:
        if absent or state_of(spec, name) != "absent":
            yield resolver.configuration(name), frozenset()
    for first, identities in resolver.people.kinds:
        if first.username is None:
            continue
        for identity in identities:
            # People whom only their addresses tell apart share a pattern: one of them stands for all.
            own = spec.users[identity].data.get("account")
            if identity == identities[0] or own:
                theirs = [identity] if own else identities
                people = frozenset(str(spec.users[each].get("email")).lower() for each in theirs)
                yield resolver.person(identity), people
    for name in spec.mailings:
        yield mailing(resolver, name), frozenset()
    if spec.sends_bulk:
        yield bulk_account(resolver), frozenset()
    if spec.sends_mobile:
        yield mobile(resolver), frozenset()


def _by_targets(spec: Spec, resolver: Resolver) -> Iterator[Sent]:
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
            yield _known_by(Sent(reference, place, settings.object, value, where, spec.root, people=people), plain)
    if signs_in_by_token(settings):
        plain = plain or sending(settings, spec)
        for field, got_with, place in _tokens(plain, people):
            value = settings.value(field)
            reference = got_with if value is None or field not in _SECRETS else _declared(value, spec)
            if value is not None and isinstance(reference, dict):
                where = primary_value(settings, Settings.host, Settings.provider) or value
                sent = Sent(reference, place, settings.object, value, where, spec.root, "token", people)
                yield _known_by(sent, plain)


def _tokens(settings: PlainSettings, people: frozenset[str] = frozenset()) -> Iterator[tuple[Field[Any], Any, str]]:
    """Yield what an account's access token is got with, each with its field and where the token goes.

    The mail server is given the token: who names another one there has it, as with a password.
    """
    oauth = settings.auth.oauth
    place = _place(Settings.auth.password, settings)
    if not signs_in_by_token(settings) or oauth.token is not None or not place:
        return
    for field in _SECRETS:
        reference = settings.look_up(field)
        if field not in _TO_SERVER and reference is not None:
            yield field, reference, place
    account = stored_account(settings)
    if account:
        issuer = host_of(str(issuer_of(settings) or "")).lower().rstrip(".")
        stored = {_STORED: PLACEHOLDER if account in people else account, "issuer": issuer}
        yield Settings.auth.username, stored, place


def _sent_by_target(name: str, item: Item, spec: Spec) -> Iterator[Sent]:
    """Yield what a target is asked with: a token goes to a program's address as a password goes to a server."""
    words = {key: project_relative(Value(value, "", item, (key,)), spec) for key, value in item.data.items()}
    given = TargetDesired(name, str(item.get("type")), "", {}, words)
    for reference, place in _asked_with(given):
        secret, where = (Value(item.get(word), "", item, (word,)) for word in ("token", "url"))
        authorities = _bundle_of(item, spec)
        yield Sent(reference, place, f"target:{name}", secret, where, spec.root, authorities=authorities)


def _bundle_of(item: Item, spec: Spec) -> str:
    """Return the file of authorities by which a target's program, or mailspec for it, knows servers."""
    bundle = item.get("ca_bundle")
    return "" if bundle is None else from_project(item, ("ca_bundle",), str(bundle), spec)


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
            yield Sent(reference, place, f"target:{name}", value, where, spec.root, "sealed")


def _given(name: str, item: Item, settings: Effective, spec: Spec) -> Iterator[Sent]:
    """Yield what a program behind an address is given as its settings: an account's secrets go there, too."""
    place = web_place(str(item.get("url")))
    for field in _SECRETS:
        value = settings.value(field)
        reference = None if value is None else _declared(value, spec)
        if value is not None and isinstance(reference, dict) and place:
            where = Value(place, "", item, ("url",))
            sent = Sent(reference, place, f"target:{name}", value, where, spec.root)
            yield sent._replace(authorities=_bundle_of(item, spec))


def _asked_with(target: TargetDesired) -> Iterator[tuple[dict[str, Any], str]]:
    reach = reach_of(target) if target.options.get("url") else None
    for reference in () if reach is None else reach.references:
        place = web_place(reach.url) if reach is not None else ""
        if place:
            yield dict(reference), place


def _declared(value: Value, spec: Spec) -> Any:
    """Return a reference as it is declared, a person's address not filled in; paths start at the project."""
    written = value.item.get(*value.path) if isinstance(value.item, Item) else value.value
    return project_relative(value.replace(written), spec)


def sent_again(objects: Iterable[DesiredObject], targets: Iterable[TargetDesired], root: str) -> Iterator[Sent]:
    """Yield what objects and targets of an earlier apply sent, where nothing says it in a file any more."""
    for item in objects:
        settings = PlainSettings(item.fields)
        if item.state == "absent":
            continue
        for field in _SECRETS:
            reference = item.fields.get(field)
            place = _place(field, settings) if isinstance(reference, dict) else ""
            if isinstance(reference, dict) and place:
                yield _known_by(_placeless(reference, place, item.name, root), settings)
        for _, reference, place in _tokens(settings):
            yield _known_by(_placeless(reference, place, item.name, root, "token"), settings)
    for target in targets:
        for reference, place in _asked_with(target):
            yield _placeless(reference, place, f"target:{target.name}", root)
        yield from _written_again(target, root)


def _written_again(target: TargetDesired, root: str) -> Iterator[Sent]:
    """Yield what a target of an earlier apply seals, gives to a program, or writes beside what a template said."""
    references = [dict(found) for found in map(secret_reference, target.keys.values()) if found is not None]
    certificate, of = target.options.get("certificate"), f"target:{target.name}"
    reach = reach_of(target) if target.options.get("url") else None
    for reference in references:
        if isinstance(certificate, str):
            sent = _placeless(reference, f"the owner of {posixpath.normpath(certificate)}", of, root, "sealed")
            yield sent._replace(where=Value(certificate, "", None, ()))
        elif reach is not None:
            yield _placeless(reference, web_place(reach.url), of, root)
        elif target.options.get("template") is not None:
            yield _placeless(reference, f"what {target.path} names in that entry", of, root, "template")


def _placeless(reference: dict[str, Any], place: str, name: str, root: str, kind: Kind = "") -> Sent:
    value = Value(reference, "", None, ())
    return Sent(reference, place, name, value, value, root, kind)


def _known_by(sent: Sent, settings: PlainSettings) -> Sent:
    """Return what is sent with how the server is known that gets it: who stands on the way may be another one."""
    tls, place = settings.tls, sent.place
    if place != str(issuer_of(settings) or ""):
        if settings.security == "none":
            return sent._replace(server=place, place=f"{place}, unencrypted")
        if tls.validate_certs is False:
            return sent._replace(server=place, place=f"{place}, whose certificate nobody checks")
        if tls.server_name and str(tls.server_name).lower() != str(settings.host or "").lower():
            sent = sent._replace(place=f"{place}, with the certificate of {tls.server_name}")
    return sent._replace(authorities=str(tls.ca_file or ""))


def _place(field: str, settings: PlainSettings) -> str:
    """Return where an account sends the secret of a field: the mail server, Microsoft 365 or the issuer."""
    if field not in _TO_SERVER:
        return str(issuer_of(settings) or "")
    if settings.mode == "office365":
        provider = cloud(settings.provider)
        return "Microsoft 365" if provider is None else provider.name
    return place_of(str(settings.host or ""), settings.port, _SUBMISSION)
