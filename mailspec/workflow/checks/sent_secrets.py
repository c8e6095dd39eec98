"""What a Spec sends where: each reference to a secret, and each sign-in, with the places that it reaches."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from typing import Any

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
from mailspec.rules.fault import primary_value
from mailspec.targets.base import Reach
from mailspec.targets.registry import reach_of
from mailspec.text.address import PLACEHOLDER
from mailspec.workflow.accounts.plain_settings import from_project, project_relative, sending
from mailspec.workflow.checks.links_then import real_outside
from mailspec.workflow.checks.places import join_places, place_of, web_place
from mailspec.workflow.checks.sent import STORED, Kind, Sent, Several

# Sent to the mail server itself; every other one but a key of TLS, which never leaves, to the issuer.
_TO_SERVER = frozenset({Settings.auth.password, Settings.auth.oauth.token})
_SECRETS = tuple(field for field in FIELDS if field.secret and not field.startswith("tls."))
_KEYS = tuple(field for field in FIELDS if field.secret and field.startswith("tls."))
_NOBODY = "nobody, being a key of TLS"
_SUBMISSION = frozenset({25, 465, 587, 2525})


def specs_of(loaded: Loaded) -> list[Spec]:
    return [loaded.base, *loaded.environments.values()]


def templates_of(spec: Spec) -> dict[str, tuple[str, Value]]:
    """Return the templates that write secrets in clear, by path: the first target of each and where it names it."""
    return _named_by_targets(spec, "template", lambda item: item.get("secrets") == "values")


def bundles_of(spec: Spec) -> dict[str, tuple[str, Value]]:
    """Return the authorities by which programs that read targets know the servers of all accounts, as templates."""
    return _named_by_targets(spec, "ca_bundle", lambda _: True)


def _named_by_targets(spec: Spec, word: str, is_one: Callable[[Item], bool]) -> dict[str, tuple[str, Value]]:
    found: dict[str, tuple[str, Value]] = {}
    for name, item in spec.targets.items():
        if item.get(word) is not None and is_one(item):
            path = from_project(item, (word,), str(item.get(word)), spec)
            found.setdefault(posixpath.normpath(path), (f"target:{name}", Value(path, "", item, (word,))))
    return found


def resolvers_of(loaded: Loaded) -> list[Resolver]:
    """Return what tells what holds in a project, and in each of its environments."""
    return [Resolver(spec) for spec in specs_of(loaded)]


def all_sent(resolver: Resolver, several: Iterable[Several] = ()) -> Iterator[Sent]:
    """Yield everything that a Spec sends; what goes to ``several`` places is told once a password."""
    spec = resolver.spec
    more = [(each, dict[str, str]()) for each in several if each.places]
    for sent in _by_accounts(spec, resolver):
        yield sent
        for each, at in more if not sent.kind else ():
            server = sent.place if each.of_server else ""
            if server not in at:
                at[server] = join_places(server + place for place in each.places)
            yield sent._replace(place=at[server], kind=each.kind, server="", authorities="", of=each.of)
    yield from _by_targets(spec, resolver)


def sent_if_present(resolver: Resolver) -> Iterator[Sent]:
    """Yield what absent configurations would send."""
    spec = resolver.spec
    for name in spec.configurations:
        if state_of(spec, name) == "absent":
            yield from _sent(resolver.configuration(name), spec)


def kept_here(resolver: Resolver) -> Iterator[Sent]:
    """Yield the secrets of a Spec that it sends nowhere: keys of TLS never leave."""
    spec = resolver.spec
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
        stored = {STORED: PLACEHOLDER if account in people else account, "issuer": issuer}
        yield Settings.auth.username, stored, place


def _sent_by_target(name: str, item: Item, spec: Spec) -> Iterator[Sent]:
    """Yield what a target is asked with: a token goes to a program's address as a password goes to a server."""
    for reference, place in _asked_with(_as_desired(name, item, spec)):
        secret, where = (Value(item.get(word), "", item, (word,)) for word in ("token", "url"))
        authorities = _bundle_of(item, spec)
        yield Sent(reference, place, f"target:{name}", secret, where, spec.root, authorities=authorities)


def _as_desired(name: str, item: Item, spec: Spec) -> TargetDesired:
    """Return as much of a target as tells whom it asks."""
    words = {key: project_relative(Value(value, "", item, (key,)), spec) for key, value in item.data.items()}
    return TargetDesired(name, str(item.get("type")), "", {}, words)


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
    reach = reach_of(_as_desired(name, item, spec))
    place = "" if reach is None else _given_at(reach)
    for field in _SECRETS:
        value = settings.value(field)
        reference = None if value is None else _declared(value, spec)
        if value is not None and isinstance(reference, dict) and place:
            where = Value(place, "", item, ("realm",) if item.get("realm") else ("url",))
            sent = Sent(reference, place, f"target:{name}", value, where, spec.root)
            yield sent._replace(authorities=_bundle_of(item, spec))


def _given_at(reach: Reach) -> str:
    """Return where a program's settings go: to whoever administers that part of it."""
    place = web_place(reach.url)
    return f"{place}, {reach.part}" if place and reach.part else place


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
        yield from asked_again([target], root)
        yield from _written_again(target, root)


def asked_again(targets: Iterable[TargetDesired], root: str) -> Iterator[Sent]:
    """Yield what the programs of an earlier apply's targets are asked with."""
    for target in targets:
        authorities = str(target.options.get("ca_bundle") or "")
        for reference, place in _asked_with(target):
            yield _placeless(reference, place, f"target:{target.name}", root)._replace(authorities=authorities)


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
            given = _placeless(reference, _given_at(reach), of, root)
            yield given._replace(authorities=str(target.options.get("ca_bundle") or ""))
        elif target.options.get("template") is not None:
            yield _placeless(reference, f"what {target.path} names in that entry", of, root, "template")


def _placeless(reference: dict[str, Any], place: str, name: str, root: str, kind: Kind = "") -> Sent:
    value = Value(reference, "", None, ())
    # What a link was then nobody has kept.
    return Sent(reference, place, name, value, value, root, kind, real=real_outside(root))


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
