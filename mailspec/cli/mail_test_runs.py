"""What test and probe share: running them with a progress bar, and printing what came out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from mailspec.cli.formats import Outputs
from mailspec.cli.options import ProjectOptions, takes
from mailspec.cli.progress import show_progress
from mailspec.cli.streams import is_terminal, say
from mailspec.outcome.exits import Exit
from mailspec.outcome.mail import TestResult
from mailspec.render.view import View
from mailspec.workflow.options import CheckOptions

if TYPE_CHECKING:
    from mailspec.mail.many import Batch

F = TypeVar("F", bound=Callable[..., Any])


VERBOSE = "Also show what the server replied, and name each that was skipped."
QUIET = "Show only what failed, and no progress."


class TestOptions(NamedTuple):
    """What is tried, and how: the named objects or ``everything``, to which recipient, connections to one host."""

    names: tuple[str, ...] = ()
    everything: bool = False
    to: str | None = None
    per_host: int = 4
    own_machine: bool = False


def testing(to: str) -> Callable[[F], F]:
    """Give a command its names and the options of a test; ``to`` is the help of ``--to``."""
    return takes(
        TestOptions,
        "testing",
        names=click.argument("names", nargs=-1, metavar="[NAME]..."),
        everything=click.option("--all", "everything", is_flag=True, help="All that can send, several at a time."),
        to=click.option("--to", metavar="ADDRESS", help=to),
        per_host=click.option(
            "--per-host", type=click.IntRange(1, 100), default=4, show_default=True, help="Connections to one host."
        ),
        own_machine=click.option(
            "--local",
            "own_machine",
            is_flag=True,
            help="Let this machine's mail program (sendmail, xdg-email) send for modes outlook and other.",
        ),
    )


def run_and_report(testing: TestOptions, project: ProjectOptions, outputs: Outputs, *, message: bool) -> int:
    """Probe what is meant, or send its test message, and print what came out."""
    batch = _run(testing, project, message=message, progress=not outputs.quiet and outputs.printed == "text")
    return _finish(batch, outputs, command="test" if message else "probe")


def _run(testing: TestOptions, project: ProjectOptions, *, message: bool, progress: bool) -> Batch:
    """Try what is meant; with a bar where it takes more than one and somebody watches."""
    from mailspec.apply.signals import handled
    from mailspec.workflow.mailtest.mail_tests import MailTest, run_tests
    from mailspec.workflow.own_state import open_session
    from mailspec.workflow.project import UsageError

    if testing.everything and testing.names:
        raise UsageError("Give names or --all, not both.")
    workspace = project.open(CheckOptions(with_env=True))
    mail_test = MailTest(workspace, partial(open_session, workspace, project.state))
    entry = mail_test.objects(testing.names, everything=testing.everything)
    mail_test.stop_on_errors(entry)
    recipient = mail_test.recipient(testing.to) if message or testing.to is not None else None
    if message and mail_test.spec.redirect_to is not None:
        say(f"All of it goes to {mail_test.spec.redirect_to} (redirect_to).")
    with ExitStack() as stack:
        stack.enter_context(handled(("SIGTERM", "SIGHUP"), _end))
        advance = None
        if progress and len(entry) > 1 and is_terminal(sys.stderr):
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            bar = stack.enter_context(
                Progress(
                    TextColumn("{task.description}"),
                    BarColumn(),
                    MofNCompleteColumn(),
                    TimeElapsedColumn(),
                    console=Console(stderr=True),
                    transient=True,
                )
            )
            task = bar.add_task("Testing" if message else "Probing", total=len(entry))

            def advance(_result: TestResult) -> None:
                bar.advance(task)

        elif progress:
            stack.enter_context(show_progress("Testing" if message else "Probing"))
        sending, per_host = mail_test.sending(entry), testing.per_host
        return run_tests(
            mail_test,
            sending,
            to=recipient,
            message=message,
            on_result=advance,
            per_host=per_host,
            own_machine=testing.own_machine,
        )


def _end(_number: int, _frame: FrameType | None) -> None:
    """End the run as SIGINT does, with what was done."""
    raise SystemExit(Exit.TERMINATED)


def _finish(batch: Batch, outputs: Outputs, *, command: str) -> int:
    """Print the results; exit 1 where one failed, or where nothing at all could be tried that wants it."""
    from mailspec.render.as_json import records
    from mailspec.render.documents import of_tests
    from mailspec.render.results import results_text
    from mailspec.workflow.accounts.sending_accounts import STANDARD_MAIL

    results = batch.results
    view = View(
        lambda options: results_text(results, colour=options.colour, verbose=options.verbose, quiet=options.quiet),
        lambda: records(results),
        lambda: of_tests(results, command=command),
    )
    outputs.write(view)
    if batch.interrupted is not None:
        tried = sum(result.status != "skipped" for result in results)
        say(f"Interrupted: {tried} of {len(results)} were tried; the rest was not begun.")
        return Exit.TERMINATED if isinstance(batch.interrupted, SystemExit) else Exit.INTERRUPTED
    failed = any(result.status == "failed" for result in results)
    tried = any(result.status in {"sent", "passed"} for result in results)
    # A mailing that is a standard mail is as it is meant to be: there is nothing to try.
    meant = bool(results) and all(result.reason == STANDARD_MAIL for result in results)
    return Exit.CLEAN if meant or (tried and not failed) else Exit.FINDINGS
