"""By which accounts a message goes, from the Spec as it is when the message is sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from mailspec.delivery.limits import Limits as AccountLimits
from mailspec.delivery.reach import Reach
from mailspec.delivery.routes import Hold, Route, Way
from mailspec.load.spec import Spec
from mailspec.mail.account import Account
from mailspec.model.effective import Effective
from mailspec.outcome.delivery import Letter, Trouble
from mailspec.resolve import Resolver, effective, names
from mailspec.resolve.activation import state_of
from mailspec.resolve.mailings import bulk
from mailspec.workflow.accounts.plain_settings import fields_of, sending
from mailspec.workflow.accounts.secret_lookup import Secrets
from mailspec.workflow.accounts.sending_accounts import account as account_of
from mailspec.workflow.delivery.queues import retry_policy
from mailspec.workflow.policy.outside_limits import beyond_fields
from mailspec.workflow.workspace import Workspace

# How long mail waits before it is asked again whether it is still switched off, in seconds.
OFF = 60.0
# How long a secret is used before it is read again: a new password is then in use without a restart.
SECRETS = 60.0


class SpecRoutes:
    """Routes from the newest workspace. ``look`` returns it; it is asked for every message, so it is quick."""

    def __init__(self, look: Callable[[], Workspace]) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._view: Workspace | None = None
        self._until = 0.0
        self._made: dict[str, Route | Hold | Trouble] = {}
        self._secrets: Secrets | None = None

    def route(self, letter: Letter) -> Route | Hold | Trouble:
        """Return the route of a message's sending object."""
        view = self._look()
        with self._lock:
            if view is not self._view or monotonic() > self._until:
                self._view, self._until = view, monotonic() + SECRETS
                self._made = {}
                self._secrets = Secrets(view.spec.root, view.limits)
            found = self._made.get(letter.sender)
            if found is None:
                assert self._secrets is not None  # noqa: S101 - made when the view was taken
                found = self._made[letter.sender] = route_of(view, self._secrets, letter.sender)
            return found


def route_of(view: Workspace, secrets: Secrets, sender: str) -> Route | Hold | Trouble:
    """Return the route of an object such as ``configuration:Primary`` or ``mailing:invoices``."""
    spec, resolver = view.spec, view.resolver
    if resolver.activation.is_off:
        return Hold("mail is off: no configuration is active", OFF)
    entry = _entry(spec, sender)
    if entry is None:
        return Trouble(
            f"{sender} is no longer declared",
            "config_invalid",
            detail="unknown_sender",
            advice="Declare it again, or purge the message; then: mailspec queue retry.",
        )
    settings = effective(resolver, *entry)
    first = configuration_of(resolver, entry)
    ways = [_way(view, secrets, settings, first or sender)]
    ways += [_way(view, secrets, resolver.configuration(name), name) for name in standing_in(resolver, first)]
    return Route(tuple(ways), origin_of(resolver, entry), reach_of(view), retry_policy(spec))


def _entry(spec: Spec, sender: str) -> tuple[str, str] | None:
    kind, colon, name = sender.partition(":")
    wanted = (kind, name) if colon else (kind, kind)
    if wanted not in names(spec):
        return None
    if kind == "configuration" and state_of(spec, name) == "absent":
        return None
    return wanted


def _way(view: Workspace, secrets: Secrets, settings: Effective, name: str) -> Way:
    refusal = beyond_fields(view.limits, fields_of(settings, view.spec), view.root)
    if refusal is not None:
        return Way(name, Trouble(refusal.message, "config_invalid", detail="outside_limits", advice=refusal.help))
    made = account_of(view.root, sending(settings, view.spec), secrets)
    if isinstance(made, Account):
        return Way(name, made, limits_of(settings))
    # A secret that cannot be read is the operator's to fix: the message waits as for any passing trouble.
    retry = made.stage == "secret"
    return Way(
        name,
        Trouble(
            made.reason or "there is no account", made.category or "config_invalid", advice=made.advice, retry=retry
        ),
    )


def limits_of(settings: Effective) -> AccountLimits:
    """Return what an account declares that it sends at most."""
    declared = settings.limits
    return AccountLimits(
        declared.messages_per_minute,
        declared.messages_per_day,
        declared.recipients_per_message,
        declared.recipients_per_day,
    )


def standing_in(resolver: Resolver, name: str | None) -> list[str]:
    """Return the configurations that stand in for one, in order (SPEC "Standing in")."""
    spec = resolver.spec
    wanted = resolver.configuration(name).fallback if name in spec.configurations else None
    return [entry for entry in wanted or () if entry in spec.configurations and state_of(spec, entry) != "absent"]


def configuration_of(resolver: Resolver, entry: tuple[str, str]) -> str | None:
    """Return the configuration by which an object sends, ``None`` for people."""
    kind, name = entry
    if kind == "configuration":
        return name
    return bulk(resolver).configuration if kind in ("bulk", "mobile", "mailing") else None


def origin_of(resolver: Resolver, entry: tuple[str, str]) -> str:
    """Say in a few words why an object sends by the account by which it sends."""
    kind, name = entry
    if kind == "configuration":
        active = resolver.activation
        return f"active configuration ({active.verdict})" if name == active.active else "named configuration"
    if kind in ("bulk", "mobile", "mailing"):
        chosen = bulk(resolver)
        why = "general.bulk.configuration" if chosen.named is not None else "the active configuration"
        return f"bulk account of {kind if kind == name else f'{kind} {name}'}: {why}"
    return f"own account of {name}"


def reach_of(view: Workspace) -> Reach:
    """Return whom mail of this environment may reach."""
    allowed = view.spec.policy.get("allowed_recipients")
    patterns = tuple(entry for entry in allowed if isinstance(entry, str)) if isinstance(allowed, list) else None
    return Reach(view.spec.environment, view.spec.redirect_to, patterns, view.limits.recipients)
