"""The two checks of an account: a probe, which leaves no message, and a real test message."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import monotonic

from mailspec.mail.account import Account
from mailspec.mail.envelope import Envelope, carried, envelope
from mailspec.mail.failure import Failure, Reply
from mailspec.mail.graph import GraphSession
from mailspec.mail.mask import mask_for
from mailspec.mail.result import failed, masked
from mailspec.mail.send_as_list import alike, proof
from mailspec.mail.serverid import server_id
from mailspec.mail.session import Session, expect
from mailspec.message.about import About
from mailspec.message.compose import compose
from mailspec.message.sender import Sender, header_problem
from mailspec.outcome.mail import Proven, Stage, Status, TestResult


@dataclass(frozen=True, slots=True)
class Occasion:
    """On whose behalf a test message is sent, by which version, and when; the message says so."""

    version: str
    instance: str | None = None
    environment: str | None = None
    when: datetime = field(default_factory=lambda: datetime.now(UTC))


def probe(account: Account, to: str | None = None) -> TestResult:
    """Connect, encrypt, sign in and ask for sender (and recipient). No message is sent. Never raises."""

    shown: list[str | None] = []

    def ask(session: Session | GraphSession) -> None:
        route = envelope(account.bounces, to)
        if isinstance(session, GraphSession):
            session.check()
            return
        session.open()
        _announce(session, route)
        shown.append(_listed(session))
        session.forget()

    return _run(account, "passed", ask, shown)


def send_test(account: Account, to: str, *, about: Occasion) -> TestResult:
    """Send a real message that says what was tested. Never raises."""

    shown: list[str | None] = []

    def send(session: Session | GraphSession) -> Reply:
        problem = header_problem(account.headers)
        if problem is not None:
            raise Failure(problem, "config_invalid", "header")
        route = envelope(account.bounces, to, *filter(None, (account.from_email, account.reply_to)))
        sender = _carried(account.as_sender, utf8=route.utf8)
        if isinstance(session, GraphSession):
            return session.send(_message(account, about, sender, route))
        session.open()
        message = _message(account, about, sender, route)
        _announce(session, route, size=len(message))
        shown.append(_listed(session))
        with session.at("data"):
            expect(session.wire.call("DATA"), 354, "the server refused to take the message")
            reply = session.wire.message(message)
            expect(reply, 250, "the server refused the message")
        return reply

    return _run(account, "sent", send, shown)


def _message(account: Account, about: Occasion, sender: Sender, route: Envelope) -> bytes:
    try:
        return compose(_about(account, about), sender, str(route.recipient), utf8=route.utf8)
    except ValueError as error:
        raise Failure(f"the message cannot be written: {error}", "config_invalid", "header") from None


def _carried(sender: Sender, *, utf8: bool) -> Sender:
    """Return the sender with its domains as the wire has them."""

    def carry(address: str | None) -> str | None:
        return None if address is None else carried(address, utf8=utf8)

    return replace(
        sender,
        email=carried(sender.email, utf8=utf8),
        sender=carry(sender.sender),
        reply_to=carry(sender.reply_to),
    )


def _announce(session: Session, route: Envelope, size: int | None = None) -> None:
    """MAIL FROM, and RCPT TO where there is a recipient."""
    wire = session.wire
    with session.at("mail_from"):
        parameters = ""
        if route.utf8:
            if "smtputf8" not in wire.features:
                raise Failure("the server does not offer SMTPUTF8", "config_invalid", "smtputf8")
            wire.command_encoding = "utf-8"
            parameters += " SMTPUTF8 BODY=8BITMIME"
        if size is not None and "size" in wire.features:
            parameters += f" SIZE={size}"
        reply = wire.call(f"MAIL FROM:<{route.sender}>{parameters}")
        if not 200 <= reply.code < 300:
            raise Failure("the server refused the sender", reply=reply)
    if route.recipient is not None:
        with session.at("rcpt_to"):
            reply = wire.call(f"RCPT TO:<{route.recipient}>")
            if not 200 <= reply.code < 300:
                raise Failure("the server refused the recipient", reply=reply)


def _listed(session: Session) -> str | None:
    """Return what the provider's own list shows of From (Google's, MS206), ``None`` where nothing is asked.

    Raises Failure where recipients would see another From.
    """
    account = session.account
    if account.aliases is None or not session.tokens or alike(account.from_email) == alike(account.username):
        return None
    with session.at("mail_from"):
        return proof(account.aliases(session.tokens[-1]), account.from_email, account.username)


def _run(
    account: Account,
    done: Status,
    action: Callable[[Session | GraphSession], Reply | None],
    shown: list[str | None],
) -> TestResult:
    started = monotonic()
    session = GraphSession(account) if account.transport == "graph" else Session(account)
    try:
        reply = action(session)
        result = TestResult(account.name, account.kind, done, stage=session.stage, proven=_PROVEN[session.stage])
        result = replace(result, reason=next(filter(None, shown), None))
        if reply is not None:
            words = str(reply) if reply.code else reply.text
            code = reply.code or None
            result = replace(result, smtp_code=code, server_reply=words, server_id=server_id(reply.text))
    except Failure as failure:
        result = failed(account, session.stage, failure, session.greeting)
        result = replace(result, proven=_proven_before(session.stage, account))
    finally:
        session.close()
    return masked(replace(result, seconds=round(monotonic() - started, 3)), mask_for(account, *session.tokens))


# The most that is shown where a stage was the last and went well.
_PROVEN: dict[Stage, Proven] = {
    "sign_in": "sign_in",
    "auth": "sign_in",
    "mail_from": "sender",
    "rcpt_to": "sender",
    "data": "accepted",
}


def _proven_before(stage: Stage, account: Account) -> Proven:
    """Return what is shown although a stage failed."""
    if stage == "mail_from":
        return "connection" if account.method == "none" else "sign_in"
    if stage in ("rcpt_to", "data"):
        return "sign_in" if account.transport == "graph" else "sender"
    return "connection" if stage == "auth" else "nothing"


def _about(account: Account, occasion: Occasion) -> About:
    return About(
        id=uuid.uuid4().hex,
        when=occasion.when,
        version=occasion.version,
        name=account.name,
        kind=account.kind,
        host=account.host,
        port=account.port,
        security=account.security,
        method=account.method,
        username=account.username,
        provider=account.provider,
        instance=occasion.instance,
        environment=occasion.environment,
    )
