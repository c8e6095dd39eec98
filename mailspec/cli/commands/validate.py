"""``mailspec validate``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project, takes
from mailspec.cli.refusals import guarded, refuse
from mailspec.cli.streams import out, say
from mailspec.outcome.exits import Exit
from mailspec.outcome.report import Report
from mailspec.render.registry import names_for
from mailspec.render.view import Options, View
from mailspec.workflow.options import CheckOptions
from mailspec.workflow.validate.validation import examine, joined

if TYPE_CHECKING:
    from mailspec.render.document import Document
    from mailspec.workflow.validate.fixes import Examined


class Fixing(NamedTuple):
    """Whether what was found is fixed, also what a person should look at, or only shown."""

    fix: bool = False
    unsafe: bool = False
    diff: bool = False


class Judging(NamedTuple):
    """What counts, warnings too with ``strict`` and not what the ``baseline`` knows, and what stands first."""

    strict: bool = False
    baseline: str | None = None
    write_baseline: bool = False
    sort: str = "place"


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@takes(
    Fixing,
    "fixing",
    fix=click.option("--fix", is_flag=True, help="Apply safe fixes."),
    unsafe=click.option("--unsafe", is_flag=True, help="With --fix: also apply fixes that a person should look at."),
    diff=click.option("--diff", is_flag=True, help="With --fix: show the edits, change nothing."),
)
@takes(
    Judging,
    "judging",
    strict=click.option("--strict", is_flag=True, help="Warnings fail too."),
    baseline=click.option("--baseline", metavar="FILE", help="Ignore findings recorded in FILE."),
    write_baseline=click.option(
        "--write-baseline", is_flag=True, help="With --baseline: create FILE, or remove fixed findings from it."
    ),
    sort=click.option(
        "--sort",
        type=click.Choice(["place", "severity"]),
        default="place",
        help="Order of a file's findings: by line, or the worst first. Default: place.",
    ),
)
@takes(CheckOptions, "check")
@in_project("base")
@formats(*names_for("findings"), verbose="Also show suppressed findings.", quiet="Leave out the summary.")
@guarded
def command(
    paths: tuple[str, ...],
    fixing: Fixing,
    judging: Judging,
    check: CheckOptions,
    project: ProjectOptions,
    outputs: Outputs,
) -> int:
    """Check the files offline: no network, no secrets, the same answer everywhere.

    PATH is a project, a folder or a file in one; default: here.
    """
    if (fixing.unsafe or fixing.diff) and not fixing.fix:
        say("--unsafe and --diff go with --fix.")
        return Exit.USAGE
    if check.online:
        say("DNS checks: not available yet. Leave out --online; nothing was checked.")
        return Exit.USAGE
    if judging.write_baseline and judging.baseline is None:
        say("--write-baseline goes with --baseline FILE.")
        return Exit.USAGE
    look = partial(
        examine,
        paths or (project.project or ".",),
        project=project.project,
        environment=project.environment,
        options=check,
        base=project.revision(),
    )
    failed: Mapping[str, str] = {}
    if not fixing.fix:
        examined = look()
    elif fixing.diff:
        from mailspec.workflow.validate.fixes import plan_fixes

        fixed = plan_fixes(look, unsafe=fixing.unsafe)
        examined = fixed.before
        if outputs.printed == "text":
            from mailspec.render.edits import edits

            out(edits(fixed.files) or "Nothing to fix.")
            return Exit.FINDINGS if joined(examined).failed(strict=judging.strict) else Exit.CLEAN
    else:
        examined, failed = _fix(look, unsafe=fixing.unsafe)
    report, refusal = joined(examined), None
    if project.base is not None:
        from mailspec.workflow.policy.policy_base import judge

        report, refusal = judge(examined)
    if judging.baseline is not None:
        from mailspec.workflow.validate.baseline import with_baseline

        report, note = with_baseline(report, judging.baseline, write=judging.write_baseline)
        if note and not outputs.quiet:
            say(note)
    if judging.sort == "severity":
        report = report.worst_first()
    outputs.write(_view(report, strict=judging.strict), strict=judging.strict)
    if refusal is not None:
        return refuse(refusal)
    return Exit.FINDINGS if failed or report.failed(strict=judging.strict) else Exit.CLEAN


def _fix(look: Callable[..., Examined], *, unsafe: bool) -> tuple[Examined, Mapping[str, str]]:
    """Fix and write, say what was done, and return what is found then and what could not be written."""
    from mailspec.workflow.validate.fixes import plan_fixes, write

    fixed = plan_fixes(look, unsafe=unsafe)
    failed = write(fixed.files)
    for name, reason in failed.items():
        say(f"{name} is not fixed: {reason}.")
    written = len(fixed.files) - len(failed)
    if written:
        findings = f"{fixed.number} finding{'s' if fixed.number != 1 else ''}"
        say(f"Fixed {findings} in {written} file{'s' if written != 1 else ''}.")
    return look() if failed else fixed.after, failed


def _view(report: Report, *, strict: bool) -> View:
    """Return a report for every output format; what it takes to write one is loaded when it is asked for."""

    def text(options: Options) -> str:
        from mailspec.render.as_text import report as as_text

        return as_text(report, colour=options.colour, verbose=options.verbose, quiet=options.quiet)

    def json() -> str:
        from mailspec.render.as_json import report_json

        return report_json(report)

    def document() -> Document:
        from mailspec.render.documents import of_report

        return of_report(report, strict=strict)

    return View(text, json, document)
