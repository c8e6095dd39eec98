"""``mailspec probe``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.mail_test_runs import QUIET, VERBOSE, TestOptions, run_and_report, testing
from mailspec.cli.options import ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.render.registry import names_for


@click.command("probe")
@testing("Also ask whether the server takes this recipient.")
@in_project("acts", "base", "moves", "state", "limits")
@formats(*names_for("findings", "tests"), verbose=VERBOSE, quiet=QUIET)
@guarded
def command(testing: TestOptions, project: ProjectOptions, outputs: Outputs) -> int:
    """Connect, sign in and name the sender (and a recipient); no message is sent.

    NAME may be KIND:NAME, or bulk or mobile; default: the active configuration.
    """
    return run_and_report(testing, project, outputs, message=False)
