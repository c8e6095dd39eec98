"""``mailspec probe``."""

from __future__ import annotations

import click

from mailspec.cli.applying import limits_option, stopping
from mailspec.cli.formats import Outputs, formats
from mailspec.cli.mail_test_runs import finish, run_trial
from mailspec.cli.options import common, guarded
from mailspec.cli.policy_options import base_options


@click.command("probe")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "everything", is_flag=True, help="Everything that can send, several at a time.")
@click.option("--to", metavar="ADDRESS", help="Also ask whether the server takes this recipient.")
@click.option("--per-host", type=click.IntRange(1, 100), default=4, show_default=True, help="Connections to one host.")
@limits_option
@base_options
@formats("text", "json", "github", "github-summary", "junit", "markdown", "html")
@common
@guarded
@stopping
def command(
    names: tuple[str, ...],
    everything: bool,
    to: str | None,
    per_host: int,
    limits: str | None,
    base: str | None,
    allow_policy_change: bool,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Connect, sign in and name the sender (and a recipient); no message is sent.

    NAME may be KIND:NAME, or bulk or mobile; default: the active configuration.
    """
    batch = run_trial(
        names,
        everything,
        to,
        per_host,
        limits,
        project,
        environment,
        message=False,
        base=(base, allow_policy_change),
        progress=not quiet and outputs.printed == "text",
    )
    return finish(batch, outputs, command="probe", verbose=verbose, quiet=quiet)
