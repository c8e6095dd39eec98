"""``secret set``: a new secret is tried with a real sign-in before the old one is replaced."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mailspec.files.opening import declared_path
from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.mail.account import Account
from mailspec.model.effective import Effective
from mailspec.model.fields import BY_NAME, SENSITIVE, Settings
from mailspec.outcome.mail import TestResult
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.secret import Secret
from mailspec.outcome.secrets import SecretChange
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.resolve import describe, resolve
from mailspec.secrets.store import ELSEWHERE, store
from mailspec.workflow.accounts.plain_settings import fields_of, sending
from mailspec.workflow.accounts.secret_lookup import Secrets, shape_fact
from mailspec.workflow.accounts.sending_accounts import account
from mailspec.workflow.checks.committed_secrets import exposed, fact
from mailspec.workflow.project import UsageError

SignIn = Callable[[Account], TestResult]


class Place(NamedTuple):
    """Where one object's secret is. ``serves`` says in words who else uses it, ``""`` for nobody."""

    spec: Spec
    settings: Effective
    field: str
    reference: dict[str, Any]
    serves: str

    @property
    def shown(self) -> str:
        """The reference as people read it."""
        return describe(self.reference)


def place_of(spec: Spec, settings: Effective, field: str = Settings.auth.password) -> Place | Refusal:
    """Return where an object's secret is stored.

    Raises:
        UsageError: it has no such secret.
    """
    if field not in SENSITIVE:
        raise UsageError(f"'{field}' is no secret. Secrets are: {', '.join(sorted(SENSITIVE))}.")
    reference = fields_of(settings, spec).get(field)
    if not isinstance(reference, dict):
        mode = settings.mode or "smtp"
        why = "write where it is first, such as {keyring: ...}" if mode == "smtp" else f"mode {mode} has none"
        raise UsageError(f"{settings.object} declares no {field}: {why}.")
    for name in reference:
        if name in ELSEWHERE:
            message = f"{field} of {settings.object} is given by '{name}', which mailspec does not write"
            return Refusal("secret-elsewhere", message, ELSEWHERE[name])
    if isinstance(named := reference.get("file"), str):
        path = declared_path(spec.root, named)
        for file, problem in exposed([path]).items():
            exposure = fact(file, spec.root, problem)
            return Refusal("secret-in-git", exposure.message.rstrip(".") + " (MS305)", exposure.help.rstrip("."))
    return Place(spec, settings, field, reference, _serves(settings, field))


def _serves(settings: Effective, field: str) -> str:
    value = settings.fields[BY_NAME[field]]
    declared = value.item.get(*value.path) if isinstance(value.item, Item) else None
    if "{email}" in str(declared):
        return ""
    if value.origin == "general":
        return "everyone who has no other"
    return f"all of {value.origin}" if value.origin.startswith("group:") else ""


def set_secret(place: Place, new: Secret, sign_in: SignIn | None) -> SecretChange:
    """Check a new secret's shape, try it with a real sign-in, store it and read it back.

    Without ``sign_in`` it is stored untried. Whatever fails, the old secret stays.
    """

    def result(status: Any, reason: str = "", help: str = "", test: TestResult | None = None) -> SecretChange:
        return SecretChange(place.settings.name, place.settings.kind, place.shown, status, reason, help, test)

    test = None
    if place.field == Settings.auth.password:
        fact = shape_fact(str(place.settings.provider or ""), new, str(place.settings.auth.method))
        if fact is not None and fact.severity == "error":
            return result("refused", f"{fact.message} (MS203)", fact.help)
    if sign_in is not None:
        test = _tried(place, new, sign_in)
        if test.status != "passed":
            return result("refused", *_refused(test), test)
    problem = _replace(place, new)
    if problem is not None:
        return result("failed", problem.message, problem.help, test)
    return result("stored", test=test)


def _tried(place: Place, new: Secret, sign_in: SignIn) -> TestResult:
    made = account(
        place.spec.root, sending(place.settings, place.spec), _WithNew(place.spec.root, place.reference, new)
    )
    return made if isinstance(made, TestResult) else sign_in(made)


def _refused(test: TestResult) -> tuple[str, str]:
    if test.stage == "auth":
        return "the server does not accept the new secret", test.advice or ""
    return (
        f"the new secret could not be tried: {test.reason or test.category or test.status}",
        "fix that first, or store it untried with --no-test",
    )


def _replace(place: Place, new: Secret) -> SecretProblem | None:
    base = Path(place.spec.root)
    old = resolve(place.reference, base, os.environ)
    problem = store(place.reference, new, base, os.environ)
    if problem is not None:
        return problem
    read_back = resolve(place.reference, base, os.environ)
    if isinstance(read_back, Resolved) and read_back.secret == new:
        return None
    if isinstance(old, Resolved):
        store(place.reference, old.secret, base, os.environ)
    message = "what was read back is not what was stored; the old one was put back" if isinstance(old, Resolved) else ""
    return SecretProblem("unreadable", message or "what was read back is not what was stored")


class _WithNew(Secrets):
    """The secrets of a run in which one reference already has its new value."""

    def __init__(self, root: str, reference: Mapping[str, Any], new: Secret) -> None:
        super().__init__(root)
        self._reference = reference
        self._new = new

    def read(self, reference: Mapping[str, Any], *, fresh: bool = False) -> Resolved | SecretProblem:
        return Resolved(self._new) if reference == self._reference else super().read(reference, fresh=fresh)
