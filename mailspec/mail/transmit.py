"""Sends whole messages over kept connections, and tells for each recipient what the server said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mailspec.mail.account import Account
from mailspec.mail.deadline import Deadline
from mailspec.mail.envelope import carried
from mailspec.mail.failure import Failure
from mailspec.mail.graph import GraphSession
from mailspec.mail.mask import mask_for
from mailspec.mail.result import explain
from mailspec.mail.serverid import server_id
from mailspec.mail.session import Session, expect
from mailspec.mail.wire import stuffed
from mailspec.outcome.delivery import Trouble
from mailspec.outcome.mail import Stage
from mailspec.outcome.secret import Secret
from mailspec.text.foreign_mail import addresses_in, read_header

# Servers end sessions that go on for too long; most allow a hundred messages.
MOST_A_SESSION = 100
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Transmission:
    """What became of one message.

    ``accepted`` are the recipients for whom the server took it, ``refused`` those whom it refused one by one.
    ``trouble`` is what ended the rest: it holds for every recipient that is in neither.
    """

    accepted: tuple[str, ...] = ()
    refused: Mapping[str, Trouble] = field(default_factory=dict)
    trouble: Trouble | None = None
    server_reply: str | None = None
    server_id: str | None = None


class Connection:
    """One account's connection. It is opened when it is first used, and again where the server has closed it."""

    def __init__(self, account: Account) -> None:
        self._tokens: list[Secret] = []
        self.account = account
        self._session: Session | None = None
        self._sent = 0

    @property
    def is_open(self) -> bool:
        """Tell whether there is a session that can be used."""
        return self._session is not None

    def send(self, content: bytes, sender: str, recipients: Sequence[str], *, utf8: bool = False) -> Transmission:
        """Send one message. Never raises for what the server or the network does."""
        if self.account.transport == "graph":
            return self._send_by_graph(content, recipients)
        kept = self._session is not None
        under_way = _UnderWay()
        try:
            return self._send(content, sender, recipients, utf8, under_way)
        except Failure as failure:
            stage: Stage = "secret" if self._session is None else self._session.stage
            greeting = None if self._session is None else self._session.greeting
            self.close()
            if kept and not under_way.content and _lost(failure):
                # Servers close sessions that were idle for a while; that says nothing about the message.
                return self.send(content, sender, recipients, utf8=utf8)
            trouble = replace(self._trouble(stage, failure, greeting), begun=under_way.content, after_dot=under_way.dot)
            return Transmission(refused=under_way.refused, trouble=trouble)

    def _send_by_graph(self, content: bytes, recipients: Sequence[str]) -> Transmission:
        session = GraphSession(self.account)
        self._tokens = session.tokens
        try:
            # Graph sends to whom the header names, and asks for no envelope.
            named = _named_in(content)
            if {address.lower() for address in recipients} != named:
                reason = "Microsoft Graph sends to the recipients in the header, and these are others"
                raise Failure(reason, "config_invalid", "request")
            reply = session.send(content)
        except Failure as failure:
            return Transmission(trouble=self._trouble(session.stage, failure))
        reply_text = self._shown(reply.text)
        return Transmission(tuple(recipients), server_reply=reply_text, server_id=server_id(reply_text))

    def close(self) -> None:
        """Say goodbye."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _send(
        self, content: bytes, sender: str, recipients: Sequence[str], utf8: bool, under_way: _UnderWay
    ) -> Transmission:
        envelope = carried(sender, utf8=utf8) if sender else ""
        session = self._opened()
        wire = session.wire
        with session.at("mail_from"):
            reply = wire.call(f"MAIL FROM:<{envelope}>{_parameters(session, len(content), utf8=utf8)}")
            if not 200 <= reply.code < 300:
                return self._turned_away(session, Failure("the server refused the sender", reply=reply))
        accepted: list[str] = []
        for recipient in recipients:
            with session.at("rcpt_to"):
                reply = wire.call(f"RCPT TO:<{carried(recipient, utf8=utf8)}>")
                if 200 <= reply.code < 300:
                    accepted.append(recipient)
                    continue
                failure = Failure("the server refused the recipient", reply=reply)
                if reply.code == 421:
                    raise failure
                under_way.refused[recipient] = self._trouble("rcpt_to", failure)
        if not accepted:
            session.forget()
            return Transmission(refused=under_way.refused)
        with session.at("data"):
            expect(wire.call("DATA"), 354, "the server refused to take the message")
            under_way.content = True
            wire.send(stuffed(content))
            under_way.dot = True
            wire.deadline = Deadline(self.account.timeout)
            reply = wire.answer()
        under_way.dot = False
        self._sent += 1
        if reply.code != 250:
            ended = self._turned_away(session, Failure("the server refused the message", reply=reply))
            trouble = None if ended.trouble is None else replace(ended.trouble, begun=True)
            return replace(ended, trouble=trouble, refused=under_way.refused)
        if self._sent >= MOST_A_SESSION:
            self.close()
        reply_text = self._shown(str(reply))
        return Transmission(tuple(accepted), under_way.refused, None, reply_text, server_id(reply_text))

    def _opened(self) -> Session:
        if self._session is None:
            self._sent = 0
            self._session = Session(self.account)
            self._tokens = self._session.tokens
            self._session.open()
        return self._session

    def _turned_away(self, session: Session, failure: Failure) -> Transmission:
        trouble = self._trouble(session.stage, failure, session.greeting)
        if failure.reply is not None and failure.reply.code == 421:
            self.close()
        else:
            session.forget()
        return Transmission(trouble=trouble)

    def _trouble(self, stage: Stage, failure: Failure, greeting: str | None = None) -> Trouble:
        found = explain(self.account, stage, failure, greeting)
        reply = failure.reply
        return Trouble(
            reason=self._shown(failure.reason),
            category=found.category,
            stage=stage,
            detail=found.detail,
            smtp_code=found.smtp_code if reply is None else reply.code or None,
            enhanced_code=found.enhanced_code,
            server_reply=None if reply is None else self._shown(str(reply) if reply.code else reply.text),
            advice=failure.advice or found.advice,
            retry=found.retry,
            account=f"{self.account.kind}:{self.account.name}",
        )

    def _shown(self, text: str) -> str:
        shown = mask_for(self.account, *self._tokens)(text)
        return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + " ..."


class _UnderWay:
    """How far one message has come."""

    def __init__(self) -> None:
        self.refused: dict[str, Trouble] = {}
        self.content = False
        self.dot = False


def _parameters(session: Session, size: int, *, utf8: bool) -> str:
    features = session.wire.features
    words = f" SIZE={size}" if "size" in features else ""
    if utf8:
        if "smtputf8" not in features:
            raise Failure("the server does not offer SMTPUTF8", "config_invalid", "smtputf8")
        session.wire.command_encoding = "utf-8"
        words += " SMTPUTF8 BODY=8BITMIME"
    return words


def _named_in(content: bytes) -> set[str]:
    """Return the addresses in To, Cc and Bcc, in small letters."""
    # Names stay encoded: what is encoded in one is no address.
    header = read_header(content.decode("utf-8", "replace"))
    fields = [value for name in ("To", "Cc", "Bcc") for value in header.get_all(name, [])]
    return {address.lower() for address in addresses_in(fields)}


def _lost(failure: Failure) -> bool:
    if failure.reply is not None:
        return failure.reply.code == 421
    return failure.category in ("server_unavailable", "tls_handshake")
