"""``worker``: sends what is in the queue, and says what needs people."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from mailspec import __version__
from mailspec.delivery.alerts import Alerts
from mailspec.delivery.engine import Engine
from mailspec.delivery.events import Event
from mailspec.delivery.letters import NewLetter, letter_id
from mailspec.delivery.store import Store
from mailspec.delivery.worker import Worker
from mailspec.mail.envelope import envelope
from mailspec.message.fields import Mailbox
from mailspec.message.letters import Heading, from_parts
from mailspec.message.sender import Sender
from mailspec.message.template import Parts
from mailspec.workflow.delivery.queues import database_of
from mailspec.workflow.delivery.routing import SpecRoutes
from mailspec.workflow.delivery.viewing import Watched
from mailspec.workflow.policy.outside_limits import beyond_alert
from mailspec.workflow.policy.policy_base import Base
from mailspec.workflow.project import ApplyRefusedError
from mailspec.workflow.workspace import Workspace


def work(
    project: str | None,
    environment: str | None,
    *,
    state: str | None,
    limits: str | None,
    base: Base | None = None,
    connections: int,
    tell: Callable[[Event], None],
    stop: threading.Event,
) -> None:
    """Take mail and send it until ``stop`` is set.

    Raises:
        ApplyRefusedError: the files have errors, or something forbids to begin.
        UsageError, ProjectNotFoundError: there is no such project or environment.
        StateError: the queue's database cannot be used.
    """
    watched = Watched(project, environment, limits, base, state)
    database = database_of(watched().spec, state)
    store = Store(database, Engine(database))
    for sentence in watched().overridden:
        tell(Event("overridden", sentence))
    alerts = alerts_of(watched(), store, tell)
    reported = ""

    def report(event: Event) -> None:
        nonlocal reported
        tell(event)
        alerts(event)
        if watched.trouble != reported:
            reported = watched.trouble
            if reported:
                tell(Event("trouble", reported))

    Worker(store, SpecRoutes(watched), report, connections=connections, version=__version__).run(stop)


def alerts_of(workspace: Workspace, store: Store, tell: Callable[[Event], None]) -> Alerts:
    declared = workspace.spec.maps["delivery"].get("alert")
    words: dict[str, Any] = declared if isinstance(declared, dict) else {}
    command = words.get("command")
    refusal = beyond_alert(workspace.limits, command, workspace.root)
    if refusal is not None:
        raise ApplyRefusedError(refusal)
    to = words.get("to")
    mail = _mail(workspace, store, to) if isinstance(to, str) else None
    return Alerts(command, mail, lambda reason: tell(Event("trouble", reason)))


def _mail(workspace: Workspace, store: Store, to: str) -> Callable[[str, str], None]:
    resolver = workspace.resolver
    active = resolver.activation.active or ""
    email = resolver.configuration(active).from_.email if active else None

    def send(subject: str, text: str) -> None:
        if not isinstance(email, str):
            return
        id = letter_id()
        utf8 = envelope(email, to).utf8
        heading = Heading(id, datetime.now(UTC), Sender(email), [Mailbox(to)])
        letter = NewLetter(
            id=id,
            kind="alert",
            sender=f"configuration:{active}",
            configuration=active,
            origin="delivery.alert",
            message_id=heading.message_id,
            subject=subject,
            envelope_from=email,
            recipients=(to,),
            content=from_parts(heading, Parts(subject, text, ""), utf8=utf8),
            utf8=utf8,
        )
        # Beside the queue's limit: the message that says that it is full must not be refused for that.
        store.accept([letter], limit=1 << 62)

    return send
