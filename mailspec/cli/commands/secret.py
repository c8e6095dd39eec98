"""``mailspec secret``: look after secrets without showing one."""

from __future__ import annotations

from datetime import date

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import OPTIONS, ProjectOptions, in_project
from mailspec.cli.refusals import guarded, refuse
from mailspec.cli.streams import can_ask, piped, say
from mailspec.files.memory import forbid_dumps
from mailspec.model.fields import Settings
from mailspec.outcome.exits import Exit
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.secret import Secret
from mailspec.render.registry import names_for
from mailspec.render.view import View
from mailspec.workflow.options import CheckOptions

_LARGEST = 64 * 1024  # bytes on standard input


@click.group("secret")
def command() -> None:
    """Look after the secrets that the files refer to. None is ever shown."""


@command.command("check")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--older-than", type=click.IntRange(min=0), metavar="DAYS", help="Also report secrets this old.")
@OPTIONS["as_of"]
@in_project("limits")
@formats(
    *names_for(),
    verbose="Show every secret, not only those with trouble.",
    quiet="Leave out the closing line.",
)
@guarded
def check(
    names: tuple[str, ...], older_than: int | None, as_of: date | None, project: ProjectOptions, outputs: Outputs
) -> int:
    """Say which secrets are present, well-shaped, shared by several people, or old.

    NAME may be KIND:NAME, such as user:alice@acme.example or target:monitoring; default: every reference that the
    files hold. Exit 1 where something is wrong.
    """
    from mailspec.render.secrets_text import states_data, states_text
    from mailspec.resolve import effective
    from mailspec.workflow.reference.showing import select
    from mailspec.workflow.secrets.secret_checking import check_secrets, owners

    workspace = project.open(CheckOptions(as_of=as_of))
    spec = workspace.spec
    targets = list(spec.targets)
    if names:
        targets = [name for name in targets if f"target:{name}" in names]
        others = [name for name in names if name.removeprefix("target:") not in targets or ":" not in name]
        chosen = select(spec, others, ("configuration", "user"))
    else:
        chosen = owners(spec)
    settings = (effective(workspace.resolver, kind, name) for kind, name in chosen)
    states = check_secrets(workspace, settings, targets, everything=not names, older_than=older_than)
    view = View(
        lambda options: states_text(states, colour=options.colour, verbose=options.verbose, quiet=options.quiet),
        lambda: states_data(states),
    )
    outputs.write(view)
    return Exit.FINDINGS if any(state.troubles for state in states) else Exit.CLEAN


@command.command("set")
@click.argument("name", metavar="NAME")
@click.option("--field", default=Settings.auth.password, show_default=True, help="Which secret of NAME.")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read it from standard input instead of asking.")
@click.option("--no-test", is_flag=True, help="Store it without a sign-in.")
@in_project("limits")
@formats(*names_for(), quiet="Print nothing where the secret was stored.")
@guarded
def set_(name: str, field: str, from_stdin: bool, no_test: bool, project: ProjectOptions, outputs: Outputs) -> int:
    """Ask for a new secret twice, try it with a real sign-in, and store it where the files say.

    The old one stays unless the server accepts the new one.
    """
    from mailspec.mail.check import probe
    from mailspec.render.secrets_text import change_data, change_text
    from mailspec.workflow.mailtest.mail_tests import MailTest
    from mailspec.workflow.secrets.secret_setting import place_of, set_secret

    mail_test = MailTest(project.open(CheckOptions(with_env=True)))
    (entry,) = mail_test.objects((name,), everything=False)
    place = place_of(mail_test.spec, entry, field)
    if isinstance(place, Refusal):
        return refuse(place)
    mail_test.stop_on_errors([entry])
    if place.serves:
        say(f"This secret ({place.shown}) serves {place.serves}.")
    forbid_dumps()
    new = _from_stdin() if from_stdin else _asked()
    if isinstance(new, Refusal):
        return refuse(new)
    tested = field == Settings.auth.password and not no_test
    change = set_secret(place, new, probe if tested else None)
    silent = outputs.quiet and change.status == "stored"
    view = View(
        lambda options: "" if silent else change_text(change, colour=options.colour), lambda: change_data(change)
    )
    outputs.write(view)
    return Exit.CLEAN if change.status == "stored" else Exit.FINDINGS


def _asked() -> Secret | Refusal:
    """Ask twice without echo, as the products' pages do; again where the two differ."""
    if not can_ask():
        return Refusal("no-terminal", "there is no terminal to ask at", "give the secret with --stdin")
    return Secret(click.prompt("New password", hide_input=True, confirmation_prompt="Confirmation", err=True))


def _from_stdin() -> Secret | Refusal:
    """Read the secret whole, without one trailing newline."""
    raw = piped(_LARGEST + 1)
    if len(raw) > _LARGEST:
        return Refusal("secret-input", f"standard input holds more than {_LARGEST} bytes", "give one secret alone")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return Refusal("secret-input", "standard input is no valid UTF-8", "give the secret as UTF-8")
    text = text[:-2] if text.endswith("\r\n") else text.removesuffix("\n")
    return Secret(text) if text else Refusal("secret-input", "standard input is empty", "give one secret")
