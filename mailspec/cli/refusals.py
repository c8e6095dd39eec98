"""How a command ends that cannot begin or may not go on: words on standard error, and an exit code."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from mailspec.cli.streams import out, say, use_colour
from mailspec.outcome.exits import Exit
from mailspec.outcome.refusal import Refusal, RefusedError
from mailspec.outcome.sentence import sentence
from mailspec.workflow.project import ApplyRefusedError, ProjectNotFoundError, UsageError

if TYPE_CHECKING:
    from mailspec.outcome.report import Report


def guarded(function: Callable[..., int]) -> Callable[..., int]:
    """Turn what stops a command into words and an exit code."""

    @wraps(function)
    def inner(*args: Any, **kwargs: Any) -> int:
        try:
            return function(*args, **kwargs)
        except UsageError as error:
            say(str(error))
            return Exit.USAGE
        except ProjectNotFoundError as error:
            say(str(error))
            return Exit.NO_SPEC
        except ApplyRefusedError as error:
            return refuse(error.refusal) if error.refusal is not None else show_report(error.report)
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


def show_report(report: Report | None) -> int:
    """Print findings that stop a command; nothing was changed."""
    from mailspec.render.as_text import report as as_text

    if report is not None:
        failing = report._replace(findings=tuple(f for f in report.findings if f.severity == "error"))
        out(as_text(failing, colour=use_colour()))
    say("No changes made. Fix the errors first: mailspec validate")
    return Exit.FINDINGS
