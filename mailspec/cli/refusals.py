"""How a command ends that cannot begin or may not go on: words on standard error, and an exit code."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from mailspec.cli.findings import findings_view
from mailspec.cli.streams import out, say, use_colour
from mailspec.outcome.exits import Exit
from mailspec.outcome.refusal import Refusal, RefusedError
from mailspec.outcome.sentence import sentence
from mailspec.render.view import Options
from mailspec.workflow.project import ApplyRefusedError, ProjectNotFoundError, UsageError

if TYPE_CHECKING:
    from mailspec.cli.formats import Outputs
    from mailspec.outcome.report import Report


def guarded(function: Callable[..., int]) -> Callable[..., int]:
    """Turn what stops a command into words and an exit code."""

    @wraps(function)
    def inner(*args: Any, **kwargs: Any) -> int:
        try:
            try:
                return function(*args, **kwargs)
            except ApplyRefusedError as error:
                if error.refusal is not None:
                    return refuse(error.refusal)
                return show_report(error.report, kwargs.get("outputs"))
        except UsageError as error:
            say(str(error))
            return Exit.USAGE
        except ProjectNotFoundError as error:
            say(str(error))
            return Exit.NO_SPEC
        except RefusedError as error:
            return refuse(error.refusal)

    return inner


def refuse(refusal: Refusal) -> int:
    """Say why nothing was done, and what to type; return the exit code."""
    say(f"Refused ({refusal.rule}): {refusal.message}.")
    if refusal.help:
        say(sentence(refusal.help))
    return refusal.exit


def refuse_all(refusals: list[Refusal]) -> int:
    """Say each refusal; return the exit code of the gravest, 0 where there is none."""
    return max([refuse(refusal) for refusal in refusals], default=Exit.CLEAN)


def show_report(report: Report | None, outputs: Outputs | None = None) -> int:
    """Print findings that stop a command, in the formats that were asked for; nothing was changed.

    Raises:
        UsageError: a file of a format cannot be written.
    """
    if report is not None:
        failing = report._replace(findings=tuple(f for f in report.findings if f.severity == "error"))
        view = findings_view(failing)
        if outputs is None:
            out(view.text(Options(colour=use_colour())))
        else:
            outputs._replace(quiet=False).write(view)
    # What only reading a secret shows, validate alone does not find again.
    codes = set() if report is None else {finding.code for finding in report.findings if finding.severity == "error"}
    option = " --with-secrets" if codes and codes <= {"MS203", "MS302", "MS303", "MS306"} else ""
    say(f"No changes made. Fix the errors first: mailspec validate{option}")
    return Exit.FINDINGS
