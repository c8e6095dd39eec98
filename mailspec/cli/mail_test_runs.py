"""What test and probe share: running them with a progress bar, and printing what came out."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from types import FrameType
from typing import TYPE_CHECKING

from mailspec.cli.formats import Outputs
from mailspec.cli.options import say, use_colour
from mailspec.cli.progress import patience
from mailspec.cli.terminals import is_terminal
from mailspec.outcome.exits import Exit
from mailspec.outcome.mail import TestResult

if TYPE_CHECKING:
    from mailspec.mail.many import Batch


def run_trial(
    names: tuple[str, ...],
    everything: bool,
    to: str | None,
    per_host: int,
    limits: str | None,
    project: str | None,
    environment: str | None,
    *,
    message: bool,
    base: tuple[str | None, bool] = (None, False),
    progress: bool,
) -> Batch:
    """Try what is meant; with a bar where it takes more than one and somebody watches."""
    from mailspec.apply.signals import handled
    from mailspec.workflow.mailtest.mail_tests import MailTest, try_all
    from mailspec.workflow.policy.policy_base import Base
    from mailspec.workflow.project import UsageError
    from mailspec.workflow.workspace import CheckOptions, open_workspace

    if everything and names:
        raise UsageError("Give names or --all, not both.")
    checked = CheckOptions(with_env=True)
    trial = MailTest(open_workspace(project, environment, checked, limits_file=limits, base=Base(*base)))
    entry = trial.objects(names, everything=everything)
    trial.stop_on_errors(entry)
    recipient = trial.recipient(to) if message or to is not None else None
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
            stack.enter_context(patience("Testing" if message else "Probing"))
        return try_all(trial, trial.sending(entry), to=recipient, message=message, on_result=advance, per_host=per_host)


def _end(_number: int, _frame: FrameType | None) -> None:
    """End the trial as SIGINT does, with what was done."""
    raise SystemExit(Exit.TERMINATED)


def finish(batch: Batch, outputs: Outputs, *, command: str, verbose: bool, quiet: bool) -> int:
    """Print the results; exit 1 where one failed, or where nothing at all could be tried."""
    from mailspec.render.as_json import dump, records
    from mailspec.render.documents import of_tests
    from mailspec.render.results import results_text

    results = batch.results
    colour = outputs.printed == "text" and use_colour()
    outputs.write(
        {
            "text": lambda: results_text(results, colour=colour, verbose=verbose, quiet=quiet),
            "json": lambda: dump(records(results)),
        },
        lambda: of_tests(results, command=command),
    )
    if batch.interrupted is not None:
        tried = sum(result.status != "skipped" for result in results)
        say(f"Interrupted: {tried} of {len(results)} were tried; the rest was not begun.")
        return Exit.TERMINATED if isinstance(batch.interrupted, SystemExit) else Exit.INTERRUPTED
    failed = any(result.status == "failed" for result in results)
    tried = any(result.status in {"sent", "passed"} for result in results)
    return Exit.FINDINGS if failed or not tried else Exit.CLEAN
