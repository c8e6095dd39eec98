"""``send`` as commands and Python ask for it: the project is loaded, the template found, the messages accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mailspec.delivery.engine import Engine
from mailspec.delivery.store import Store
from mailspec.message.fields import Mailbox
from mailspec.message.template import Parts
from mailspec.source.folder import Folder
from mailspec.workflow.delivery.queues import database_of
from mailspec.workflow.delivery.rendering import Template, of_type
from mailspec.workflow.delivery.sending import Addressee, Request, Sent, send
from mailspec.workflow.delivery.viewing import view_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks to send. Exactly one of ``type``, ``template``, ``text`` and ``message`` is given."""

    to: Sequence[Addressee]
    type: str | None = None
    template: str | None = None
    text: str | None = None
    html: bool = False
    message: bytes | None = None
    subject: str | None = None
    sender: str | None = None
    cc: Sequence[Mailbox] = ()
    bcc: Sequence[Mailbox] = ()
    together: bool = False
    key: str | None = None
    alternative: str | None = None


def send_asked(
    asked: Asked,
    *,
    project: str | None,
    environment: str | None,
    state: str | None,
    limits: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Sent:
    """Accept what was asked for; ``tell`` is told what environment variables override.

    Raises as :func:`mailspec.workflow.delivery.sending.send`.
    """
    view = view_of(project, environment, limits)
    for sentence in view.overridden:
        tell(sentence)
    folder = Folder(view.spec.root, view.spec.root)
    template = None
    if asked.type is not None:
        template = of_type(view.spec, asked.type, folder.file)
    elif asked.template is not None:
        template = Template(asked.template)
    parts = None
    if asked.text is not None:
        html = asked.alternative or ""
        parts = (
            Parts(asked.subject or "", "", asked.text) if asked.html else Parts(asked.subject or "", asked.text, html)
        )
    database = database_of(view.spec, state)
    store = Store(database, Engine(database))
    request = Request(
        to=asked.to,
        template=template,
        parts=parts,
        message=asked.message,
        subject=asked.subject,
        sender=asked.sender,
        cc=asked.cc,
        bcc=asked.bcc,
        together=asked.together,
        key=asked.key,
    )
    return send(view, store, request, folder.file)
