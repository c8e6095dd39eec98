"""``mailspec send``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project, takes
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import say
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import Options, View

if TYPE_CHECKING:
    from mailspec.workflow.delivery.sending import Addressee, Sent

LARGEST = 50 * 1024 * 1024  # bytes of a message, a text or a table


class Content(NamedTuple):
    """What is sent: one of a ``type``, a ``template``, a ``body`` and a whole ``message``, and what goes into it."""

    type: str | None = None
    template: str | None = None
    body: str | None = None
    message: str | None = None
    subject: str | None = None
    variables: tuple[str, ...] = ()


class People(NamedTuple):
    """Who sends, and who gets it besides the addresses themselves."""

    table: str | None = None
    sender: str | None = None
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    together: bool = False


@click.command("send")
@click.argument("to", nargs=-1, metavar="[ADDRESS]...")
@takes(
    Content,
    "content",
    type=click.option("--type", metavar="NAME", help="The e-mail type whose template is sent."),
    template=click.option("--template", metavar="PATH", help="A template by its path in the project."),
    body=click.option("--body", metavar="FILE", help="A text as it is (.html: HTML); - is standard input."),
    message=click.option("--message", metavar="FILE", help="A whole message, RFC 5322; - is standard input."),
    subject=click.option("--subject", help="The subject; for a template one on one line."),
    variables=click.option(
        "--var", "variables", multiple=True, metavar="NAME=VALUE", help="A template's variable (repeatable)."
    ),
)
@takes(
    People,
    "people",
    table=click.option(
        "--csv", "table", metavar="FILE", help="Recipients from a table: a column email, others are variables."
    ),
    sender=click.option(
        "--as", "sender", metavar="NAME", help="Who sends: a configuration, mailing:NAME, mobile, user:ADDRESS."
    ),
    cc=click.option("--cc", multiple=True, metavar="ADDRESS", help="Also to, seen by all (repeatable)."),
    bcc=click.option("--bcc", multiple=True, metavar="ADDRESS", help="Also to, seen by nobody (repeatable)."),
    together=click.option("--together", is_flag=True, help="One message to all, instead of one to each."),
)
@click.option("--key", help="Accept this only once: the same key again is recognised.")
@in_project("acts", "state", "limits")
@formats(*names_for(), verbose="Also show the id of each message.", quiet="Print nothing where all was accepted.")
@guarded
def command(
    to: tuple[str, ...], content: Content, people: People, key: str | None, project: ProjectOptions, outputs: Outputs
) -> int:
    """Put messages into the queue: each ADDRESS gets one of its own. A worker sends them (mailspec worker).

    Exit 0 once all are accepted and on the disk; else none is.
    """
    from mailspec.text.escape import terminal
    from mailspec.workflow.delivery.asking import Asked, send_asked
    from mailspec.workflow.delivery.sending import Addressee, mailbox
    from mailspec.workflow.project import UsageError

    given = dict(_pair(word) for word in content.variables)
    addressees = [Addressee(mailbox(word), given) for word in to]
    if people.table is not None:
        addressees += _table(people.table, given)
    body, message = content.body, content.message
    if sum(word is not None for word in (content.type, content.template, body, message)) != 1:
        raise UsageError("Say what to send with one of --type, --template, --body and --message.")
    asked = Asked(
        to=addressees,
        type=content.type,
        template=content.template,
        text=None if body is None else _read(body).decode("utf-8", "replace"),
        html=body is not None and body.lower().endswith((".html", ".htm")),
        message=None if message is None else _read(message),
        subject=content.subject,
        sender=people.sender,
        cc=[mailbox(word) for word in people.cc],
        bcc=[mailbox(word) for word in people.bcc],
        together=people.together,
        key=key,
    )
    sent = send_asked(
        asked,
        project=project.project,
        environment=project.environment,
        state=project.state,
        limits=project.limits,
        tell=(lambda _: None) if outputs.quiet else say,
    )

    def text(options: Options) -> str:
        return "" if options.quiet else terminal(_text(sent, verbose=options.verbose), lines=True)

    outputs.write(View(text, lambda: _json(sent)))
    return Exit.CLEAN


def _pair(word: str) -> tuple[str, str]:
    from mailspec.workflow.project import UsageError

    name, equals, value = word.partition("=")
    if not equals or not name.isidentifier():
        raise UsageError(f"--var {word}: write NAME=VALUE.")
    return name, value


def _read(path: str) -> bytes:
    from mailspec.files.opening import Unread
    from mailspec.source.named import read_named
    from mailspec.workflow.project import UsageError

    if path != "-":
        contents = read_named(path, LARGEST)
        if isinstance(contents, Unread):
            raise UsageError(f"{path} cannot be read: {contents.reason}.")
        return contents.raw
    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UsageError(f"{path} is larger than {LARGEST // 2**20} MiB.")
    return data


def _table(path: str, common: dict[str, str]) -> list[Addressee]:
    import csv
    import io

    from mailspec.outcome.sentence import shorten_list
    from mailspec.workflow.delivery.sending import Addressee, mailbox
    from mailspec.workflow.project import UsageError

    try:
        text = _read(path).decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        if "email" not in (rows.fieldnames or ()):
            titles = shorten_list((title[:60] for title in rows.fieldnames or ()), 10) or "none"
            raise UsageError(f"{path} has no column email; it has {titles}.")
        found = []
        for row in rows:
            if None in row or None in row.values():
                raise UsageError(f"{path}:{rows.line_num}: the row does not have as many cells as the header.")
            box = mailbox(row["email"])
            named = box if box.name or not row.get("name") else box.__class__(box.email, row["name"])
            found.append(Addressee(named, {**common, **row}))
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8.") from None
    except csv.Error as error:
        raise UsageError(f"{path}:{rows.line_num}: {error}.") from None
    return found


def _text(sent: Sent, *, verbose: bool) -> str:
    new = [entry for entry in sent.messages if entry.id not in sent.known]
    lines = [f"{entry.id}  {', '.join(entry.recipients)}" for entry in new] if verbose or len(new) <= 10 else []
    lines.append(f"Accepted {len(new)} message{'' if len(new) == 1 else 's'}.")
    if sent.known:
        lines.append(f"{len(sent.known)} had been accepted before under the same key.")
    if sent.redirected_to:
        lines.append(f"All of it goes to {sent.redirected_to} (redirect_to).")
    return "\n".join(lines)


def _json(sent: Sent) -> dict[str, Any]:
    return {
        "version": 1,
        "messages": [
            {
                "id": entry.id,
                "message_id": entry.message_id,
                "recipients": list(entry.recipients),
                "subject": entry.subject,
                "accepted": entry.id not in sent.known,
            }
            for entry in sent.messages
        ],
        "redirected_to": sent.redirected_to,
    }
