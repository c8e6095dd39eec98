"""``send``: messages made, checked and accepted into the queue. Nothing is sent here: a worker does that."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from mailspec.delivery.letters import NewLetter, letter_id
from mailspec.delivery.store import Store
from mailspec.load.spec import Spec
from mailspec.mail.envelope import envelope
from mailspec.mail.failure import Failure
from mailspec.message.fields import Mailbox
from mailspec.message.letters import Heading, from_message, from_parts, subject_of
from mailspec.message.sender import Sender, header_problem
from mailspec.message.template import Parts, Trouble
from mailspec.model.effective import Effective
from mailspec.outcome.delivery import Kind
from mailspec.outcome.refusal import Refusal
from mailspec.resolve import effective
from mailspec.text.address import is_address, parse_address
from mailspec.text.unwritable import unwritable
from mailspec.workflow.delivery.queues import queue_limit
from mailspec.workflow.delivery.rendering import Template, render_all
from mailspec.workflow.delivery.routing import configuration_of, limits_of, origin_of, reach_of
from mailspec.workflow.project import ApplyRefusedError, UsageError
from mailspec.workflow.reference.showing import select
from mailspec.workflow.workspace import Workspace

_SENDING = ("configuration", "user", "mailing", "bulk", "mobile")


class Addressee(NamedTuple):
    """One recipient with the variables of its own message."""

    mailbox: Mailbox
    variables: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. Exactly one of ``template``, ``parts`` and ``message`` (a whole one, RFC 5322) is given.

    ``sender`` is an object's name, the active configuration where it is ``None``. ``together`` makes one message to
    all; else everyone gets one of their own. The same ``key`` is accepted once.
    """

    to: Sequence[Addressee]
    template: Template | None = None
    parts: Parts | None = None
    message: bytes | None = None
    subject: str | None = None
    sender: str | None = None
    cc: Sequence[Mailbox] = ()
    bcc: Sequence[Mailbox] = ()
    together: bool = False
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What was accepted: ids and Message-IDs by recipient, and which of the ids had been accepted before."""

    messages: tuple[Message, ...]
    known: frozenset[str] = frozenset()
    redirected_to: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One accepted message."""

    id: str
    message_id: str
    recipients: tuple[str, ...]
    subject: str


@dataclass(frozen=True, slots=True)
class _Source:
    """The object that sends, and what follows from it."""

    entry: tuple[str, str]
    sender: Sender
    kind: Kind
    configuration: str | None
    origin: str
    mailing: str | None = None
    unsubscribe: str | None = None


def send(view: Workspace, store: Store, request: Request, file: Any) -> Sent:
    """Accept messages, all or none. When it returns, they are on the disk.

    ``file`` reads a file of the project by its path in it.

    Raises:
        UsageError: an address, a name or a template cannot be used; the message says which.
        ApplyRefusedError: mail is off, a recipient is not allowed, a limit forbids it, or the queue is full.
        StateError: the queue's database cannot be used. Unless its message says so, nothing was accepted.
    """
    source = _source(view, request.sender)
    _check_recipients(view, source, request)
    letters = _letters(source, request, _rendered(view.spec, request, file))
    store.prepare()
    accepted = store.accept(letters, queue_limit(view.spec))
    if isinstance(accepted, Refusal):
        raise ApplyRefusedError(accepted)
    messages = tuple(Message(entry.id, entry.message_id, entry.recipients, entry.subject) for entry in letters)
    return Sent(messages, frozenset(accepted.known), reach_of(view).redirect_to)


def _source(view: Workspace, name: str | None) -> _Source:
    spec, resolver = view.spec, view.resolver
    if resolver.activation.is_off:
        help = "activate one (state: active), then send again"
        raise ApplyRefusedError(Refusal("mail-off", "mail is off: no configuration is active", help))
    if name is None:
        active = resolver.activation.active
        if active is None:
            raise UsageError("No configuration is active. Say who sends: --as NAME.")
        entry = ("configuration", active)
    else:
        entry = select(spec, [name], _SENDING)[0]
    settings = effective(resolver, *entry)
    sender = _sender(settings)
    item = spec.mailings[entry[1]] if entry[0] == "mailing" else None
    kind: Kind = "standard"
    if item is not None:
        kind = "dispatch" if item.get("type") == "dispatch" else "mass_mailing"
    elif entry[0] == "mobile":
        kind = "mobile"
    return _Source(
        entry,
        sender,
        kind,
        configuration_of(resolver, entry),
        origin_of(resolver, entry),
        entry[1] if item is not None else None,
        item.get("list_unsubscribe") if item is not None else None,
    )


def _sender(settings: Effective) -> Sender:
    email, mode = settings.from_.email, settings.mode
    if email is None or mode in ("outlook", "other", "not_configured"):
        raise UsageError(f"{settings.object} sends nothing by itself (mode {mode}). Say who sends: --as NAME.")
    headers = settings.headers or {}
    problem = header_problem(headers)
    if problem is not None:
        raise UsageError(f"{settings.object}: {problem}.")
    return Sender(
        email=email,
        name=settings.from_.name or "",
        envelope_from=settings.envelope_from or "",
        sender=settings.sender,
        reply_to=settings.reply_to,
        headers=headers,
    )


def _check_recipients(view: Workspace, source: _Source, request: Request) -> None:
    if not request.to:
        raise UsageError("To whom? Give addresses, or a table with --csv.")
    everyone = [entry.mailbox.email for entry in request.to]
    more = [entry.email for entry in (*request.cc, *request.bcc)]
    for address in (*everyone, *more):
        if not is_address(address):
            raise UsageError(f"'{address}' is not an e-mail address. Nothing was accepted.")
    refused = reach_of(view).of([*everyone, *more]).refused
    if refused:
        trouble = next(iter(refused.values()))
        others = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
        message = f"{trouble.reason}{others}: nothing was accepted"
        raise ApplyRefusedError(Refusal("recipient-not-allowed", message, trouble.advice or ""))
    if source.configuration is not None:
        limits = limits_of(view.resolver.configuration(source.configuration))
        beyond = limits.beyond((len(everyone) if request.together else 1) + len(more))
        if beyond is not None:
            message = f"{source.configuration}: {beyond}: nothing was accepted"
            raise ApplyRefusedError(Refusal("recipients-limit", message, "send to fewer at a time"))


def _rendered(spec: Spec, request: Request, file: Any) -> list[Parts | bytes]:
    count = 1 if request.together else len(request.to)
    if request.subject is not None and request.template is None and (wrong := unwritable(request.subject)) is not None:
        raise UsageError(f"The subject holds {wrong}, which no mail can hold. Nothing was accepted.")
    if request.message is not None:
        return [request.message] * count
    if request.parts is not None:
        parts = request.parts if request.subject is None else request.parts._replace(subject=request.subject)
        return [parts] * count
    if request.template is None:
        raise UsageError("What is to be sent? Give --type, --template, --body or --message.")
    template = request.template if request.subject is None else replace(request.template, subject=request.subject)
    rows = [entry.variables for entry in request.to[:count]]
    made = render_all(spec, template, rows, file)
    if isinstance(made, Trouble):
        place = f"{made.name}:{made.line}: " if made.name else "subject: "
        raise UsageError(f"The template cannot be used: {place}{made.message}. Nothing was accepted.")
    return list(made)


def _letters(source: _Source, request: Request, contents: Sequence[Parts | bytes]) -> list[NewLetter]:
    groups = [list(request.to)] if request.together else [[entry] for entry in request.to]
    when = datetime.now(UTC)
    letters: dict[str, NewLetter] = {}
    for group, content in zip(groups, contents, strict=True):
        mailboxes = [entry.mailbox for entry in group]
        made = _letter(source, request, mailboxes, content, when)
        letters.setdefault(made.id, made)
    return list(letters.values())


def _letter(source: _Source, request: Request, to: list[Mailbox], content: Parts | bytes, when: datetime) -> NewLetter:
    own = f"{request.key}\n{','.join(entry.email for entry in to)}" if request.key is not None else uuid.uuid4().hex
    if (wrong := unwritable(own)) is not None:
        raise UsageError(f"The key holds {wrong}. Nothing was accepted.")
    id = letter_id(own)
    recipients = tuple(dict.fromkeys(entry.email for entry in (*to, *request.cc, *request.bcc)))
    sender = source.sender
    try:
        route = envelope(sender.bounces, recipients[0], *recipients[1:], *filter(None, (sender.email, sender.reply_to)))
    except Failure as failure:
        raise UsageError(f"{failure.reason}. Nothing was accepted.") from None
    heading = Heading(
        id, when, sender, to, request.cc, source.unsubscribe, automatic=source.kind in ("standard", "dispatch")
    )
    if isinstance(content, bytes):
        try:
            raw = from_message(heading, content, request.subject, utf8=route.utf8)
        except ValueError as error:
            raise UsageError(f"The message cannot be used: {error}.") from None
        subject = request.subject or subject_of(raw)
    else:
        for part, text in content._asdict().items():
            if (wrong := unwritable(text)) is not None:
                raise UsageError(f"The message's {part} holds {wrong}, which no mail can hold. Nothing was accepted.")
        if not content.subject.strip():
            raise UsageError("The message has no subject. Give --subject, or a template that has one.")
        try:
            raw = from_parts(heading, content, utf8=route.utf8)
        except ValueError as error:
            raise UsageError(f"The message cannot be written: {error}. Nothing was accepted.") from None
        subject = content.subject
    kind, name = source.entry
    return NewLetter(
        id=id,
        kind=source.kind,
        sender=kind if kind == name else f"{kind}:{name}",
        configuration=source.configuration,
        origin=source.origin,
        message_id=heading.message_id,
        subject=subject[:500],
        envelope_from=sender.bounces,
        recipients=recipients,
        content=raw,
        mailing=source.mailing,
        utf8=route.utf8,
    )


def mailbox(text: str) -> Mailbox:
    """Return an address with its name, as people write both.

    Raises:
        UsageError: it is not exactly one address.
    """
    found = parse_address(text)
    if found is None:
        raise UsageError(f"'{text}' is not an e-mail address. Nothing was accepted.")
    return Mailbox(found[1], found[0])
