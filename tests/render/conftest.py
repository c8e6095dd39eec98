"""One document with every part, made by hand, so that these tests hold whatever the rules and the resolver do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailspec.model.effective import Effective
from mailspec.outcome.delivery import Letter, Recipient, Trouble
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Edit, Finding, Fix, Related
from mailspec.outcome.location import Location
from mailspec.outcome.mail import TestResult
from mailspec.outcome.plan import Change, FieldChange
from mailspec.outcome.queue import Counts, Hour, Numbers, Stand
from mailspec.outcome.report import Report, finding
from mailspec.render.document import Document, Effect, Event
from mailspec.render.documents import of_history, of_report, of_settings, of_tests, together
from mailspec.render.queue_page import queue_document

SOURCE = """\
version: 1
configurations:
  - name: Primary
    state: active
    host: mail.acme.example
    port: 465
    security: starttls
    auth: {method: cram_md5, username: noreply@acme.example, password: {env: ACME}}
    # mailspec: ignore[MS102] lab network, see ticket 7
    x-note: "\U0001f4ec unencrypted"
"""


class Placed:
    """What an effective value points to."""

    def __init__(self, line: int) -> None:
        self.line = line

    def locate(self, path: Any = (), *, key: bool = False) -> Location:
        return Location("mailspec.yml", self.line, 5, self.line, 9)

    def pointer(self, path: Any = ()) -> str:
        return ""


def place(line: int, column: int, end: int) -> Location:
    return Location("mailspec.yml", line, column, line, end)


def findings() -> tuple[Finding, ...]:
    fix = Fix("safe", "Write port: 587.", (Edit(place(6, 11, 14), "587"),))
    return (
        finding(
            "MS101",
            "Port 465 and security starttls disagree.",
            place(6, 11, 14),
            path="/configurations/0/port",
            object="configuration:Primary",
            related=[Related(place(7, 15, 23), "The security is here.")],
            help="Write port: 587 for starttls.",
            fix=fix,
        ),
        finding("MS107", "CRAM-MD5 is weak.", place(8, 20, 28), path="/configurations/0/auth/method"),
        finding("MS102", "Nothing is encrypted.", place(10, 16, 27), path="/configurations/0/x-note").replace(
            suppressed=True
        ),
        finding("MS403", "No configuration is active.", None).replace(environment="staging"),
        finding("MS208", "A sandbox only.", place(5, 11, 28), path="/configurations/0/host"),
    )


def person(name: str, email: str, host: str = "mail.acme.example", security: str = "starttls") -> Effective:
    held = {
        "mode": Value("smtp", "general", Placed(1)),
        "host": Value(host, "configuration:Primary", Placed(5)),
        "port": Value(587, "default"),
        "security": Value(security, "own", Placed(7)),
        "auth.username": Value(email, "email", Placed(9)),
        "auth.password": Value({"keyring": f"acme/{email}"}, "general", Placed(3)),
        "from.email": Value(email, "username", Placed(9)),
        "from.name": Value(name, "own", Placed(9)),
    }
    return Effective(email, "user", held)


def settings() -> tuple[Effective, ...]:
    account = {
        "mode": Value("smtp", "default"),
        "host": Value("mail.acme.example", "own", Placed(5)),
        "port": Value(587, "own", Placed(6)),
        "security": Value("starttls", "own", Placed(7)),
        "timeout": Value(30.0, "default"),
        "auth.password": Value({"env": "ACME"}, "environment"),
        "from.email": Value("noreply@acme.example", "own", Placed(8)),
        "from.name": Value("Acme Hub", "own", Placed(8)),
    }
    behalf = {
        **account,
        "from.email": Value("ceo@acme.example", "own", Placed(9)),
        "sender": Value("noreply@acme.example", "own", Placed(8)),
        "envelope_from": Value("noreply@acme.example", "own", Placed(8)),
        "reply_to": Value("office@acme.example", "own", Placed(8)),
    }
    people = [person(f"Person {number}", f"p{number}@acme.example") for number in range(6)]
    return (
        Effective("Primary", "configuration", account),
        *people,
        person("Bob", "bob@acme.example", "smtp.bob.example", "none"),
        Effective("dave@acme.example", "user", {"mode": Value("outlook", "own", Placed(9))}),
        Effective("parcels", "mailing", behalf),
        Effective("bulk", "bulk", {"mode": Value("not_configured", "default")}),
    )


def changes() -> tuple[Change, ...]:
    return (
        Change("state", "configuration:Primary", "update", (FieldChange("port", 465, 587),)),
        Change("hub", "configuration:Primary", "update", (FieldChange("SMTP_PASSWORD", "********", "********", True),)),
        Change(
            "state",
            "configuration:Old",
            "delete",
            (FieldChange("host", "old.acme.example", None),),
            note="not declared",
        ),
    )


def results() -> tuple[TestResult, ...]:
    return (
        TestResult(
            "Primary",
            "configuration",
            "failed",
            "the server refused the sign-in",
            "auth",
            "auth_failed",
            smtp_code=535,
            server_reply="535 5.7.8 authentication failed",
            advice="Check the password.",
            seconds=0.25,
        ),
        TestResult("Relay", "configuration", "sent", stage="data", server_id="1A2B", seconds=1.5),
        TestResult("bob@acme.example", "user", "skipped", "no secret here"),
    )


def queue() -> Document:
    start = 1_780_000_000.0
    day = tuple(Hour(start + 3600 * n, 40 * n % 170, n % 5, 3 * (n % 7 == 0)) for n in range(24))
    counts = Counts(1730, 44, 3, 2, 1.25, 12)
    reply = "550 5.1.1 <nobody@out.example>: Recipient address rejected: User unknown in virtual mailbox table"
    trouble = Trouble("the server refused the recipient", "recipient_rejected", "rcpt_to", "unknown_user", 550)
    dead = Letter(
        id="0a1b2c3d-0000-4000-8000-000000000001",
        kind="mass_mailing",
        state="dead",
        sender="mailing:invoices",
        configuration="Primary",
        origin="bulk account of mailing invoices: the active configuration",
        message_id="<0a1b2c3d@acme.example>",
        subject="Your invoice 4711 of November",
        envelope_from="bounces@acme.example",
        recipients=(Recipient("nobody@out.example", "failed"), Recipient("bob@out.example", "sent")),
        created=start,
        changed=start + 60,
        attempts=1,
        run=0,
        doubtful=True,
        trouble=replace(trouble, server_reply=reply, advice="Correct the address."),
    )
    stand = Stand("Primary", "Standby", start, "the connection was refused")
    numbers = Numbers(
        start + 86400, counts, {"Primary": counts}, {"invoices": counts}, day, 12.0, doubtful=1, standing=(stand,)
    )
    return queue_document(numbers, [dead])


def whole() -> Document:
    report = of_report(Report(findings(), 3, {"mailspec.yml": SOURCE}))
    plan = Document(
        title="mailspec plan",
        verdict="Plan: 2 to update, 1 to delete.",
        parts=frozenset({"changes", "effects"}),
        changes=changes(),
        effects=(
            Effect("132 people now use 587/starttls; Bob keeps his own", ("user:bob@acme.example",), ("Was: 465/tls",)),
            Effect("Password reset stops", ("feature:password_reset",), destructive=True),
        ),
        notes=("The target hub was not read",),
    )
    history = of_history([Event("2", "2026-11-20 09:14Z", "ci@runner-1", "applied", "1 to update", "d4c3b2a190ff0e1d")])
    shown = of_settings(settings(), active="Primary")
    return together("Acme Hub: outgoing mail", [report, plan, of_tests(results()), shown, history, queue()])


@pytest.fixture
def document() -> Document:
    """Every part at once: findings, effects, changes, tests, settings, history, the queue."""
    return whole()


@pytest.fixture
def empty() -> Document:
    """A validation that found nothing."""
    return of_report(Report((), 3, {}))
