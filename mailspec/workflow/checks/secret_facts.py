"""``--with-secrets``: read the references that a Spec holds, and say in words what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mailspec.load.item import Item, Path
from mailspec.load.spec import Spec
from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.outcome.effective import Value
from mailspec.outcome.secret import Secret
from mailspec.outcome.sentence import sentence
from mailspec.providers import by_id
from mailspec.resolve import Resolver
from mailspec.resolve.person import for_person
from mailspec.rules import SecretFact
from mailspec.rules.secrets import reference_key, references
from mailspec.rules.tokens import NEW_ONE, ending
from mailspec.secrets.base import Resolved
from mailspec.secrets.edges import edge_problem
from mailspec.secrets.resolve import describe
from mailspec.workflow.accounts.plain_settings import project_relative
from mailspec.workflow.accounts.secret_lookup import Secrets, shape_fact

Facts = dict[tuple[str, str], list[SecretFact]]


def secret_facts(spec: Spec, secrets: Secrets, day: date) -> Facts:
    """Read every reference once; a pattern is read for each person that it serves. ``day`` is what counts as today."""
    facts: Facts = {}
    for items in (spec.configurations, spec.groups, spec.users, spec.targets, {"general": spec.general}):
        for item in items.values():
            for path, reference in references(item):
                if "{email}" not in str(reference):
                    _read(spec, item, path, secrets, facts, day)
    for settings in _accounts(spec):
        _shape(spec, settings, secrets, facts)
    return facts


def _read(spec: Spec, item: Item, path: Path, secrets: Secrets, facts: Facts, day: date) -> None:
    value = item.get(*path)
    reference = project_relative(Value(value, "", item, path), spec)
    secret = secrets.read(reference)
    found = facts.setdefault(reference_key(item, path), [])
    if not isinstance(secret, Resolved):
        message = f"The secret ({describe(value)}): {secret.message}."
        found.append(SecretFact("MS302", "error", message, sentence(secret.help)))
        return
    if secret.exposed is not None:
        found.append(SecretFact("MS303", "error", f"The secret file {secret.exposed}.", _CLOSE))
    edge = edge_fact(secret.secret, describe(value)) if path[-1] in ONE_LINE else None
    if edge is not None:
        found.append(edge)
    if path[-1] == "certificate":
        found.extend(_certificate_facts(secret.secret, describe(value), day))


def _certificate_facts(secret: Secret, shown: str, day: date) -> Iterator[SecretFact]:
    """Tell of a certificate that has ended or ends soon, whatever day is written beside it."""
    from mailspec.signin.certificate import certificate_of
    from mailspec.signin.tokens import TokenRefusedError

    try:
        ends = certificate_of(secret.reveal()).ends
    except ModuleNotFoundError:
        return  # the extra that signs in is not installed, and says so there
    except TokenRefusedError as error:
        yield SecretFact("MS203", "error", f"The secret ({shown}): {error.problem.reason}.", error.problem.advice)
        return
    when = ending(ends, day)
    if when:
        yield SecretFact("MS205", "warning", f"The certificate ({shown}) that signs in {when}.", NEW_ONE)


_CLOSE = "Close it: chmod 600."
# Other secrets are keys and certificates of several lines.
ONE_LINE = frozenset({"password", "token", "client_secret"})


def edge_fact(secret: Secret, shown: str) -> SecretFact | None:
    """Say what stands around a password or token. ``shown`` names its reference; nothing of the secret is told."""
    problem = edge_problem(secret.reveal())
    if problem is None:
        return None
    message = f"The secret ({shown}) has {problem}."
    return SecretFact("MS306", "error", message, "Store it without; a server takes every character as a part of it.")


def _accounts(spec: Spec) -> Iterator[Effective]:
    resolver = Resolver(spec)
    for name in spec.configurations:
        yield resolver.configuration(name)
    for identity in spec.users:
        settings = resolver.person(identity)
        yield settings


def _shape(spec: Spec, settings: Effective, secrets: Secrets, facts: Facts) -> None:
    value, provider = settings.value(Settings.auth.password), by_id(str(settings.provider or ""))
    if value is None or not isinstance(value.item, Item):
        return
    reference = for_person(project_relative(value, spec), settings.name.lower())
    resolved = secrets.read(reference)
    key = reference_key(value.item, value.path)
    if not isinstance(resolved, Resolved):
        if "{email}" in str(value.item.get(*value.path)):
            message = f"{settings.name}: the secret ({describe(reference)}): {resolved.message}."
            facts.setdefault(key, []).append(SecretFact("MS302", "error", message, sentence(resolved.help)))
        return
    if "{email}" in str(value.item.get(*value.path)):
        if resolved.exposed is not None:
            message = f"{settings.name}: the secret file {resolved.exposed}."
            facts.setdefault(key, []).append(SecretFact("MS303", "error", message, _CLOSE))
        edge = edge_fact(resolved.secret, describe(reference))
        if edge is not None:
            facts.setdefault(key, []).append(edge._replace(message=f"{settings.name}: {edge.message}"))
    if provider is not None:
        fact = shape_fact(provider.id, resolved.secret, str(settings.auth.method))
        if fact is not None:
            # A pattern stands for many; whose secret it is must be said.
            whose = f"{settings.name}: " if "{email}" in str(value.item.get(*value.path)) else ""
            facts.setdefault(key, []).append(fact._replace(message=whose + fact.message))
