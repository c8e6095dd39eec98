"""A report that cannot be written, after something was done: what was done is said on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from mailspec.cli.options import say
from mailspec.outcome.exits import Exit
from mailspec.outcome.recap import Recap
from mailspec.workflow.project import UsageError


@dataclass(slots=True)
class Report:
    """``exit`` is the code for a report that is lost."""

    exit: Exit = Exit.CLEAN


@contextmanager
def kept(recap: Recap, what: str) -> Iterator[Report]:
    """Write a report within; where that fails, say what became of the apply or rollback that ``what`` names."""
    report = Report()
    try:
        yield report
    except BrokenPipeError:
        # A reader that has seen enough of a success needs no more words.
        if recap.exit == Exit.CLEAN:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _tell(recap, what)
    except click.ClickException as error:
        _tell(recap, what)
        say(f"Error: {error.format_message()}")
        report.exit = Exit.FINDINGS
    except UsageError as error:
        _tell(recap, what)
        say(f"Error: {error}")
        report.exit = Exit.USAGE


def _tell(recap: Recap, what: str) -> None:
    if recap.refusal is not None:
        return
    if recap.failure is not None:
        say(f"Failed: {recap.failure}.")
    elif recap.history is not None:
        say(f"The {what} is done (history entry {recap.history}); only its report is lost.")
    else:
        say("Nothing was to be changed; only the report of that is lost.")
    for note in recap.notes:
        say(f"Note: {note}.")
