"""``mailspec validate``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import as_of_option, common, guarded, out, say
from mailspec.cli.policy_options import base_options
from mailspec.outcome.exits import Exit
from mailspec.outcome.report import Report
from mailspec.workflow.validate.validation import examine, joined
from mailspec.workflow.workspace import CheckOptions

if TYPE_CHECKING:
    from mailspec.render.document import Document
    from mailspec.workflow.validate.fixes import Examined


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--fix", is_flag=True, help="Mend what can be mended safely.")
@click.option("--unsafe", is_flag=True, help="With --fix: mend also what a person should look at.")
@click.option("--diff", is_flag=True, help="With --fix: show the edits, change nothing.")
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option("--with-secrets", is_flag=True, help="Also read the secrets: presence, shape, permissions.")
@click.option("--with-env", is_flag=True, help="Also honour overriding environment variables.")
@click.option("--online", is_flag=True, help="Also ask DNS about the sending domains. Not available yet.")
@click.option("--baseline", metavar="FILE", help="Findings that were there when mailspec came; they do not count.")
@click.option("--write-baseline", is_flag=True, help="With --baseline: write FILE; an existing one only shrinks.")
@base_options
@as_of_option
@formats("text", "json", "sarif", "github", "github-summary", "gitlab", "junit", "markdown", "html")
@common
@guarded
def command(
    paths: tuple[str, ...],
    fix: bool,
    unsafe: bool,
    diff: bool,
    strict: bool,
    with_secrets: bool,
    with_env: bool,
    online: bool,
    baseline: str | None,
    write_baseline: bool,
    base: str | None,
    allow_policy_change: bool,
    as_of: date | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Check the files offline: no network, no secrets, the same answer everywhere.

    PATH is a project, a folder or a file in one; default: here.
    """
    if (unsafe or diff) and not fix:
        say("--unsafe and --diff go with --fix.")
        return Exit.USAGE
    if online:
        say("DNS checks: not available yet. Leave out --online; nothing was checked.")
        return Exit.USAGE
    if write_baseline and baseline is None:
        say("--write-baseline goes with --baseline FILE.")
        return Exit.USAGE
    policy = None
    if base is not None:
        from mailspec.workflow.policy.policy_base import Base

        policy = Base(base, allow_policy_change)
    look = partial(
        examine,
        paths or (project or ".",),
        project=project,
        environment=environment,
        options=CheckOptions(with_secrets, with_env, online, as_of),
        base=policy,
    )
    failed: Mapping[str, str] = {}
    if not fix:
        examined = look()
    elif diff:
        from mailspec.workflow.validate.fixes import mend

        mended = mend(look, unsafe=unsafe)
        examined = mended.before
        if outputs.printed == "text":
            from mailspec.render.edits import edits

            out(edits(mended.files) or "Nothing to mend.")
            return Exit.FINDINGS if joined(examined).failed(strict=strict) else Exit.CLEAN
    else:
        examined, failed = _fix(look, unsafe=unsafe)
    report, refusal = joined(examined), None
    if base is not None:
        from mailspec.workflow.policy.policy_base import judge

        report, refusal = judge(examined)
    if baseline is not None:
        from mailspec.workflow.validate.baseline import with_baseline

        report, said = with_baseline(report, baseline, write=write_baseline)
        if said and not quiet:
            say(said)
    outputs.write(
        {"text": partial(_text, report, outputs, verbose=verbose, quiet=quiet), "json": partial(_json, report)},
        partial(_document, report, strict=strict),
        strict=strict,
    )
    if refusal is not None:
        from mailspec.cli.applying import refuse

        return refuse(refusal)
    return Exit.FINDINGS if failed or report.failed(strict=strict) else Exit.CLEAN


def _fix(look: Callable[..., Examined], *, unsafe: bool) -> tuple[Examined, Mapping[str, str]]:
    """Mend and write, say what was done, and return what is found then and what could not be written."""
    from mailspec.workflow.validate.fixes import mend, write

    mended = mend(look, unsafe=unsafe)
    failed = write(mended.files)
    for name, reason in failed.items():
        say(f"{name} is not mended: {reason}.")
    written = len(mended.files) - len(failed)
    if written:
        say(f"Mended {mended.mended} in {written} file{'s' if written != 1 else ''}.")
    return look() if failed else mended.after, failed


def _text(report: Report, outputs: Outputs, *, verbose: bool, quiet: bool) -> str:
    from mailspec.render.as_text import report as as_text

    return as_text(report, colour=outputs.coloured, verbose=verbose, quiet=quiet)


def _json(report: Report) -> str:
    from mailspec.render.as_json import report_json

    return report_json(report)


def _document(report: Report, *, strict: bool) -> Document:
    from mailspec.render.documents import of_report

    return of_report(report, strict=strict)
