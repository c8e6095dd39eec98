"""MS003, MS804, MS805, MS807: what keeps environments apart (SPEC "Environments apart").

The only rules that look beyond one environment: what production is, the context hands in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mailspec.load.spec import Spec
from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.model.kinds import TARGET_TYPES
from mailspec.outcome.finding import Finding, Severity
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.outcome.sentence import shorten_list
from mailspec.resolve.environments import title
from mailspec.resolve.in_use import account_keys, accounts_in_use
from mailspec.rules.base import Check, Context
from mailspec.rules.fault import primary_value
from mailspec.rules.judged import provider_of_effective
from mailspec.rules.say import at_item, at_value, placed_related

_SHOWN = 3
BASE = "base"


class _Judged(NamedTuple):
    """An environment that is not production, with the word for it and how severe its findings are."""

    name: str
    word: str
    severity: Severity


def _judged(spec: Spec) -> _Judged | None:
    if spec.environment is None or spec.kind == "production":
        return None
    if spec.kind == "test":
        return _Judged(spec.environment, f"the test environment '{spec.environment}'", "error")
    return _Judged(spec.environment, f"the environment '{spec.environment}' (its kind is unsaid)", "warning")


def _here(spec: Spec) -> Location | None:
    """Return where an environment is declared: its kind, else its first line."""
    overlay = spec.overlay
    if overlay is None:
        return None
    if overlay.get("kind") is not None:
        return overlay.locate(("kind",))
    document, path = overlay.place
    return overlay.locate((), key=True) if path else Location(document.name, 1, 1, 1, 1)


def words(context: Context) -> Iterator[Finding]:
    """``redirect_to`` is of test environments, and ``base`` is no environment's name."""
    spec = context.spec
    if spec.overlay is None:
        return
    if spec.kind == "production" and spec.redirect_to is not None:
        yield at_item(
            "MS003",
            spec.overlay,
            ("redirect_to",),
            "'redirect_to' cannot stand in production: all its mail would go to one address.",
            help="Remove it, or write kind: test.",
        )
    if spec.environment == BASE:
        yield at_item(
            "MS003",
            spec.overlay,
            (),
            "'base' is no name for an environment: -E base is what holds without an overlay.",
            key=True,
            help="Give the environment another name.",
        )
    base = context.environments.get(None)
    declared, own = spec.instance.get("id"), None if base is None else base.spec.instance.get("id")
    if base is not None and declared != own:
        yield at_item(
            "MS003",
            spec.instance,
            ("id",),
            "An environment cannot change instance.id: it keys the state.",
            help="Remove it here; the state is kept apart by the environment's name already.",
        )


def accounts(context: Context) -> Iterator[Finding]:
    """A test environment signs in with an account that production uses."""
    judged = _judged(context.spec)
    if judged is None:
        return
    theirs, people = context.environments.accounts_of_production
    sharing: set[str] = set()
    for account in accounts_in_use(context.environments.get(judged.name, context.resolver)):
        if account.people:
            for identity, keys in account.logins():
                if any(key in people or key in theirs for key in keys):
                    sharing.add(identity)
            continue
        settings, keys = account.settings, account_keys(account.settings)
        found = next((owner for known in (theirs, people) for key in keys if (owner := known.get(key))), None)
        if found is None:
            continue
        login = settings.auth.username
        as_ = f" as {login}" if login else ""
        at = settings.host or "Microsoft 365"
        yield at_value(
            "MS804",
            primary_value(settings, Settings.host, Settings.auth.username, Settings.auth.oauth.tenant),
            f"'{settings.name}' of {judged.word} is an account of production: it signs in{as_} at {at}, and so does "
            f"{found}.",
            object=settings.object,
            severity=judged.severity,
            help=f"Give it a server or a user name of its own in the environment '{judged.name}'.",
        )
    if sharing:
        items = [item for identity, item in context.spec.users.items() if identity in sharing]
        names = shorten_list([str(item.get("email")) for item in items], _SHOWN)
        many = len(items) > 1
        yield at_item(
            "MS804",
            items[0],
            ("email",),
            f"{'People' if many else 'A person'} of {judged.word} sign{'' if many else 's'} in as in production: "
            f"{names}.",
            object=f"user:{items[0].get('email')}",
            severity=judged.severity,
            help=f"Let people copy a server of the environment '{judged.name}', or write general: {{users: {{mode: "
            "not_configured}} there.",
        )


def files(context: Context) -> Iterator[Finding]:
    """Two environments write one file on one machine."""
    spec = context.spec
    judged = _judged(spec)
    if judged is None:
        return
    for name, item in spec.targets.items():
        writer = context.environments.earlier_writer(spec, item)
        if writer is None:
            continue
        other = title(writer.resolver)
        yield at_item(
            "MS805",
            item,
            ("path",) if item.get("path") is not None else ("name",),
            f"The target '{name}' of {judged.word} writes the file that {other} writes: whoever applies last takes it "
            "from the other.",
            object=f"target:{name}",
            severity=judged.severity,
            related=(placed_related(writer.item, ("path",), f"the same file in {other}"),),
            help=f"Write another path or machine in the environment '{judged.name}', or state: absent.",
        )


def reach(context: Context) -> Iterator[Finding]:
    """Mail of a test environment can reach people."""
    spec = context.spec
    judged = _judged(spec)
    if judged is None:
        return
    real = [entry.settings for entry in accounts_in_use(context.resolver) if not is_sandbox(entry.settings)]
    if not real:
        return
    limited = spec.redirect_to is not None or _own_recipients(spec)
    first = next((settings for settings in real if settings.kind != "user"), real[0])
    through = f"'{first.name}'" if first.kind == "configuration" else first.object
    if not limited:
        yield finding(
            "MS807",
            f"Mail of {judged.word} can reach people: {through} is no sandbox, and nothing holds its recipients.",
            _here(spec),
            path="" if spec.overlay is None else spec.overlay.pointer(("kind",)),
            object=first.object,
            severity=judged.severity,
            help="Write redirect_to: ADDRESS, policy: {allowed_recipients: [ADDRESS]} without '*', or sandbox: true "
            f"where the server delivers nothing, in the environment '{judged.name}'.",
        )
    for name, item in spec.targets.items():
        kind = TARGET_TYPES.get(str(item.get("type")))
        if kind is not None and (not kind.sends or (kind.redirects and spec.redirect_to is not None)):
            continue
        named = item.get("configuration")
        mine = [entry for entry in real if named in (None, entry.name) or entry.kind != "configuration"]
        used = next((entry for entry in mine if entry.kind == "configuration"), None)
        if used is None:
            continue
        yield at_item(
            "MS807",
            item,
            ("name",),
            f"The program of the target '{name}' can write to people from {judged.word}: '{used.name}' is no sandbox, "
            f"and a target of type {item.get('type')} cannot hold its recipients.",
            object=f"target:{name}",
            severity=judged.severity,
            help="Give the target a configuration with sandbox: true (a server that delivers nothing), or state: "
            "absent in this environment.",
        )


def is_sandbox(settings: Effective) -> bool:
    """Tell whether what is sent through an account reaches nobody: as declared, else as the provider is known."""
    if settings.sandbox is not None:
        return bool(settings.sandbox)
    provider = provider_of_effective(settings)
    return provider is not None and provider.catches_all


def _own_recipients(spec: Spec) -> bool:
    """Tell whether the overlay itself says who may be written to, and not everyone."""
    policy, path = spec.policy, ("allowed_recipients",)
    patterns: Sequence[object] | None = policy.get(*path)
    if not isinstance(patterns, list) or "*" in patterns:
        return False
    return policy.source(path) != (policy.place[0], (*policy.place[1], *path))


CHECKS = (
    Check(("MS003",), words),
    Check(("MS804",), accounts),
    Check(("MS805",), files),
    Check(("MS807",), reach),
)
