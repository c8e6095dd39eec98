"""``mailspec validate``."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import click

from mailspec.cli.findings import findings_view
from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project, takes
from mailspec.cli.refusals import guarded, refuse_all
from mailspec.cli.streams import out, piped, say
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.source.layout import MAX_BYTES
from mailspec.workflow.options import CheckOptions
from mailspec.workflow.validate.validation import examine, joined

if TYPE_CHECKING:
    from mailspec.outcome.refusal import Refusal
    from mailspec.workflow.validate.fixes import Examined, Fixed


class Given(NamedTuple):
    """What is checked: paths, ``-`` for standard input with the name of the file that it stands for, or domains.

    ``selector`` holds the names of the domains' DKIM keys.
    """

    paths: tuple[str, ...] = ()
    stdin_filename: str | None = None
    domain: tuple[str, ...] = ()
    selector: tuple[str, ...] = ()

    @property
    def from_stdin(self) -> bool:
        """Whether a file's content comes from standard input."""
        return self.paths == ("-",)


class Fixing(NamedTuple):
    """Whether what was found is fixed, also what a person should look at, or only shown; or silenced with a reason."""

    fix: bool = False
    unsafe: bool = False
    diff: bool = False
    add_ignore: str | None = None


class Judging(NamedTuple):
    """What counts, warnings too with ``strict`` and not what the ``baseline`` knows, and what stands first."""

    strict: bool = False
    baseline: str | None = None
    write_baseline: bool = False
    sort: str = "place"
    statistics: bool = False


@click.command("validate")
@takes(
    Given,
    "given",
    paths=click.argument("paths", nargs=-1, metavar="[PATH]..."),
    stdin_filename=click.option(
        "--stdin-filename", metavar="NAME", help="With - as PATH: the file whose content standard input is."
    ),
    domain=click.option(
        "--domain", multiple=True, metavar="DOMAIN", help="With --online: ask about DOMAIN only, no file is read."
    ),
    selector=click.option(
        "--selector", multiple=True, metavar="NAME", help="With --domain: a DKIM selector to ask for."
    ),
)
@takes(
    Fixing,
    "fixing",
    fix=click.option("--fix", is_flag=True, help="Apply safe fixes."),
    unsafe=click.option("--unsafe", is_flag=True, help="With --fix: also apply fixes that a person should look at."),
    diff=click.option("--diff", is_flag=True, help="With --fix: show the edits, change nothing."),
    add_ignore=click.option(
        "--add-ignore", metavar="REASON", help="Silence what is found, by a comment with this reason above each line."
    ),
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
    statistics=click.option("--statistics", is_flag=True, help="In the text: count each code instead of showing all."),
)
@takes(CheckOptions, "check")
@in_project("all", "base", "moves", "limits")
@formats(*names_for("findings"), verbose="Also show suppressed findings.", quiet="Leave out the summary.")
@guarded
def command(
    given: Given,
    fixing: Fixing,
    judging: Judging,
    check: CheckOptions,
    project: ProjectOptions,
    outputs: Outputs,
) -> int:
    """Check the files offline: no network, no secrets, the same answer everywhere.

    PATH is a project, a folder or a file in one, or - for standard input; default: here.
    """
    instead = _standard_input(given) if given.from_stdin else {}
    if given.from_stdin and (fixing.fix or fixing.add_ignore is not None):
        say("Standard input cannot be changed; leave out --fix and --add-ignore.")
        return Exit.USAGE
    if given.stdin_filename is not None and not given.from_stdin:
        say("--stdin-filename goes with - as the only PATH.")
        return Exit.USAGE
    if fixing.fix and fixing.add_ignore is not None:
        say("--fix and --add-ignore are two runs.")
        return Exit.USAGE
    if (fixing.unsafe or fixing.diff) and not fixing.fix:
        say("--unsafe and --diff go with --fix.")
        return Exit.USAGE
    if (given.domain or check.nameserver) and not check.online:
        say("--domain and --nameserver go with --online.")
        return Exit.USAGE
    if given.selector and not given.domain:
        say("--selector goes with --domain; a project declares its own under deliverability.selectors.")
        return Exit.USAGE
    if given.domain:
        return _of_domains(given, check, strict=judging.strict, outputs=outputs)
    if judging.write_baseline and judging.baseline is None:
        say("--write-baseline goes with --baseline FILE.")
        return Exit.USAGE
    look = partial(
        examine,
        (given.stdin_filename,) if given.stdin_filename is not None else given.paths or (project.project or ".",),
        project=project.project,
        environment=project.environment,
        options=check,
        base=project.revision(),
        limits=project.limits,
    )
    failed: Mapping[str, str] = {}
    if fixing.add_ignore is not None:
        from mailspec.workflow.validate.ignores import plan_ignores

        examined, failed = _change(plan_ignores(look, fixing.add_ignore), look, "Silenced")
    elif not fixing.fix:
        examined = look(instead=instead)
    elif fixing.diff:
        from mailspec.workflow.validate.fixes import plan_fixes

        fixed = plan_fixes(look, unsafe=fixing.unsafe)
        examined = fixed.before
        if outputs.printed == "text":
            from mailspec.render.edits import edits

            out(edits(fixed.files) or "Nothing to fix.")
            return Exit.FINDINGS if joined(examined).failed(strict=judging.strict) else Exit.CLEAN
    else:
        from mailspec.workflow.validate.fixes import plan_fixes

        examined, failed = _change(plan_fixes(look, unsafe=fixing.unsafe), look, "Fixed")
    report, refusal = joined(examined), None
    refusals: list[Refusal] = []
    if project.base is not None:
        from mailspec.workflow.policy.policy_base import judge

        report, refusal = judge(examined)
    bounded = [workspace for workspace in examined if workspace.has_bounds]
    if bounded:
        from mailspec.workflow.validate.forbidden import forbidden_in

        report, refused = forbidden_in(bounded, report)
        refusals = refused.refusals
        for entry in () if outputs.quiet else refused.standing:
            say(f"Without limits an apply is refused ({entry.rule}), as before this change: {entry.message}.")
    if judging.baseline is not None:
        from mailspec.workflow.validate.baseline import with_baseline

        before = next((workspace.base_project for workspace in examined if workspace.base_files is not None), None)
        report, note = with_baseline(report, judging.baseline, write=judging.write_baseline, base=before)
        if note and not outputs.quiet:
            say(note)
    if judging.sort == "severity":
        report = report.worst_first()
    outputs.write(findings_view(report, strict=judging.strict, counted=judging.statistics), strict=judging.strict)
    if refusal is not None or refusals:
        return refuse_all([*(() if refusal is None else (refusal,)), *refusals])
    return Exit.FINDINGS if failed or report.failed(strict=judging.strict) else Exit.CLEAN


def _of_domains(given: Given, check: CheckOptions, *, strict: bool, outputs: Outputs) -> int:
    from mailspec.workflow.checks.online import domains_report

    report = domains_report(given.domain, given.selector, check.nameserver)
    outputs.write(findings_view(report, strict=strict), strict=strict)
    return Exit.FINDINGS if report.failed(strict=strict) else Exit.CLEAN


def _standard_input(given: Given) -> dict[str, bytes]:
    """Return standard input as the content of the file that it stands for, by the name that findings show.

    Raises:
        UsageError: the name is missing, or too much comes.
    """
    from mailspec.workflow.project import UsageError

    if given.stdin_filename is None:
        raise UsageError("- reads standard input and needs --stdin-filename NAME, the file that it stands for.")
    content = piped(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UsageError(f"Standard input has more than {MAX_BYTES:,} bytes, the most that a file may have.")
    return {os.path.relpath(given.stdin_filename).replace(os.sep, "/"): content}


def _change(fixed: Fixed, look: Callable[..., Examined], done: str) -> tuple[Examined, Mapping[str, str]]:
    """Write the changed files, say what was done, and return what is found then and what could not be written."""
    from mailspec.workflow.validate.fixes import write

    failed = write(fixed.files)
    for name, reason in failed.items():
        say(f"{name} is not changed: {reason}.")
    written = len(fixed.files) - len(failed)
    if written:
        findings = f"{fixed.number} finding{'s' if fixed.number != 1 else ''}"
        say(f"{done} {findings} in {written} file{'s' if written != 1 else ''}.")
    return look() if failed else fixed.after, failed
