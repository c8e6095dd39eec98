"""``secret check``: which of all secrets are present, well-shaped, shared or old. None is shown."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.model.effective import Effective
from mailspec.model.fields import BY_NAME, SENSITIVE, Settings
from mailspec.model.smtp import WITH_PASSWORD
from mailspec.outcome.effective import Value
from mailspec.outcome.secrets import SecretState, SecretTrouble
from mailspec.outcome.sentence import shorten_list
from mailspec.plan.digest import canonical
from mailspec.resolve.activation import state_of
from mailspec.rules.secrets import references
from mailspec.secrets.base import Resolved
from mailspec.secrets.dates import changed
from mailspec.secrets.edges import edge_problem
from mailspec.secrets.resolve import describe
from mailspec.workflow.accounts.plain_settings import fields_of, project_relative
from mailspec.workflow.accounts.secret_lookup import Secrets, shape_fact
from mailspec.workflow.checks.secret_facts import ONE_LINE
from mailspec.workflow.project import ApplyRefusedError
from mailspec.workflow.workspace import Workspace


class Use(NamedTuple):
    """One object's use of one reference; ``reference`` is ``None`` where a password is wanted and none declared.

    ``settings`` are those of who sends, ``None`` for what only names a secret: a target, or a declaration that nobody
    uses.
    """

    name: str
    kind: str
    field: str
    reference: Mapping[str, Any] | None
    settings: Effective | None = None


def owners(spec: Spec) -> list[tuple[str, str]]:
    """Return kind and name of all who may have secrets: configurations that stay, and people."""
    found = [("configuration", name) for name in spec.configurations if state_of(spec, name) != "absent"]
    return found + [("user", str(item.get("email"))) for item in spec.users.values()]


def uses(spec: Spec, all_settings: Iterable[Effective]) -> Iterator[Use]:
    """Yield each secret that an object has of its own: what a person copies is the configuration's."""
    for entry in all_settings:
        fields = fields_of(entry, spec)
        for field in sorted(SENSITIVE & fields.keys()):
            copied = (entry.origin(BY_NAME[field]) or "").startswith("configuration:")
            reference = fields[field]
            if isinstance(reference, dict) and not copied:
                yield Use(entry.name, entry.kind, field, reference, entry)
        lacking = entry.mode != "office365" and entry.auth.method in WITH_PASSWORD
        if lacking and fields.get(Settings.auth.password) is None:
            yield Use(entry.name, entry.kind, Settings.auth.password, None, entry)


def uses_of_targets(spec: Spec, names: Iterable[str]) -> Iterator[Use]:
    """Yield what targets name beside what they write, such as the token of an interface."""
    for name in names:
        yield from _declared(spec, "target", name, spec.targets[name])


def unused(spec: Spec, known: Iterable[Use]) -> Iterator[Use]:
    """Yield what groups and the general section declare and nobody uses; a pattern is nobody's until it is filled."""
    used = {canonical(use.reference) for use in known if use.reference is not None}
    groups = (("group", name, item) for name, item in spec.groups.items())
    for kind, name, item in (*groups, ("general", "general", spec.general)):
        for use in _declared(spec, kind, name, item):
            if "{email}" not in str(use.reference) and canonical(use.reference) not in used:
                yield use


def _declared(spec: Spec, kind: str, name: str, item: Item) -> Iterator[Use]:
    for path, reference in references(item):
        found = project_relative(Value(reference, "", item, path), spec)
        yield Use(name, kind, ".".join(map(str, path)), found)


def check_secrets(
    workspace: Workspace,
    all_settings: Iterable[Effective],
    targets: Iterable[str] = (),
    *,
    everything: bool = False,
    older_than: int | None = None,
) -> list[SecretState]:
    """Read every secret of the given objects and targets once and say what is wrong with each.

    With ``everything`` what is declared and used by nobody is read, too. ``older_than`` is in days.

    Raises:
        ApplyRefusedError: a reference is outside the limits.
    """
    spec, secrets, limits = workspace.spec, workspace.secrets, workspace.limits
    wanted = [*uses(spec, all_settings), *uses_of_targets(spec, targets)]
    wanted += list(unused(spec, wanted)) if everything else []
    for use in wanted:
        refusal = None if use.reference is None else limits.secret(use.reference, spec.root)
        if refusal is not None:
            raise ApplyRefusedError(refusal)
    sharing = _sharing(wanted, secrets)
    return [_state(spec, use, secrets, sharing, older_than, workspace.options.day) for use in wanted]


def _state(
    spec: Spec, use: Use, secrets: Secrets, sharing: Mapping[int, str], older_than: int | None, today: date
) -> SecretState:
    entry, reference = use.settings, use.reference
    if reference is None:
        why = "Non-Authenticated: no password is declared" if use.kind == "user" else "no password is declared"
        trouble = SecretTrouble("missing", why, "write where the password is (auth.password)", "MS405")
        return SecretState(use.name, use.kind, use.field, "", False, None, (trouble,))
    shown = describe(reference)
    resolved = secrets.read(reference)
    if not isinstance(resolved, Resolved):
        trouble = SecretTrouble("missing", resolved.message, resolved.help, "MS302")
        return SecretState(use.name, use.kind, use.field, shown, False, None, (trouble,))
    troubles = []
    if resolved.exposed is not None:
        troubles.append(SecretTrouble("exposed", resolved.exposed, "close it: chmod 600", "MS303"))
    if use.field.rpartition(".")[2] in ONE_LINE and (edge := edge_problem(resolved.secret.reveal())) is not None:
        help_ = "store it without; a server takes every character as a part of it"
        troubles.append(SecretTrouble("edges", f"it has {edge}", help_, "MS306"))
    if entry is not None and use.field == Settings.auth.password:
        fact = shape_fact(str(entry.provider or ""), resolved.secret, str(entry.auth.method))
        if fact is not None:
            troubles.append(SecretTrouble("shape", fact.message, fact.help, fact.code))
    if id(use) in sharing:
        help_ = "give each person a secret of their own"
        troubles.append(SecretTrouble("shared", f"the same secret as {sharing[id(use)]}", help_, "MS304"))
    when = changed(reference, Path(spec.root), os.environ)
    troubles += _old(when, older_than, today)
    return SecretState(use.name, use.kind, use.field, shown, True, when, tuple(troubles))


def _old(when: datetime | None, older_than: int | None, today: date) -> Iterator[SecretTrouble]:
    if when is None or older_than is None:
        return
    days = (today - when.date()).days
    if days > older_than:
        message = f"it was last changed {days} days ago, on {when.date()}"
        yield SecretTrouble("old", message, "change it with the provider, then: mailspec secret set")


def _sharing(wanted: Iterable[Use], secrets: Secrets) -> dict[int, str]:
    """Return for each person's password that another person has too, in words, whose it is as well."""
    people: dict[str, list[Use]] = {}
    for use in wanted:
        if use.kind != "user" or use.field != Settings.auth.password or use.reference is None:
            continue
        secret = secrets.lookup(use.reference)
        if secret is not None:
            # The values themselves are compared, in memory only; no digest of one is ever made.
            people.setdefault(secret.reveal(), []).append(use)
    return {id(use): _others(use, group) for group in people.values() if len(group) > 1 for use in group}


def _others(use: Use, group: list[Use]) -> str:
    names = [other.name for other in group[:4] if other is not use]
    return shorten_list(names, 3, total=len(group) - 1)
