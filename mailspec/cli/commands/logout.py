"""``mailspec logout``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.outcome.exits import Exit
from mailspec.outcome.sign_in import Problem
from mailspec.render.registry import names_for
from mailspec.render.view import View
from mailspec.workflow.options import CheckOptions


@click.command("logout")
@click.argument("name", required=False, metavar="[NAME]")
@in_project("base", "limits")
@formats(*names_for())
@guarded
def command(name: str | None, project: ProjectOptions, outputs: Outputs) -> int:
    """Delete the stored tokens of an account, and revoke them where the issuer can.

    NAME may be KIND:NAME, an e-mail address or bulk; default: the active configuration.
    """
    from mailspec.workflow.signin.signing_in import SignIn

    sign_in = SignIn(project.open(CheckOptions(with_env=True)), name)
    found = sign_in.logout()
    if isinstance(found, Problem):
        problem = found
        data = {"version": 1, "signed_out": False, "revoked": False, "reason": problem.reason}
        outputs.write(View(lambda _options: f"{problem.reason}. {problem.advice}", lambda: data))
        return Exit.FINDINGS
    there, revoked = found
    account = sign_in.client.account
    if not there:
        text = f"Nobody was signed in as {account}."
    elif revoked:
        text = f"Signed out {account}: the tokens are deleted, and the issuer has revoked them."
    else:
        where = "https://myaccount.microsoft.com" if sign_in.is_microsoft else "the issuer's own pages"
        text = f"Signed out {account}: the tokens are deleted. End the session itself at {where}."
    outputs.write(View(lambda _options: text, lambda: {"version": 1, "signed_out": there, "revoked": revoked}))
    return Exit.CLEAN
