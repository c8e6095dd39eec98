"""``mailspec test``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.mail_test_runs import QUIET, VERBOSE, TestOptions, run_and_report, testing
from mailspec.cli.options import ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.render.registry import names_for


@click.command("test")
@testing("The recipient; me is Git's user.email. Default: the first of policy.test_recipients.")
@in_project("acts", "base", "moves", "state", "limits")
@formats(*names_for("findings", "tests"), verbose=VERBOSE, quiet=QUIET)
@guarded
def command(testing: TestOptions, project: ProjectOptions, outputs: Outputs) -> int:
    """Send a real test message, from the working tree, before anything is applied.

    NAME may be KIND:NAME, or bulk or mobile; default: the active configuration.
    """
    return run_and_report(testing, project, outputs, message=True)
