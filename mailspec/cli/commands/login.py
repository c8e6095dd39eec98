"""``mailspec login``."""

from __future__ import annotations

import os
import sys
import webbrowser

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project
from mailspec.cli.refusals import guarded, refuse
from mailspec.cli.streams import can_ask, say
from mailspec.outcome.exits import Exit
from mailspec.outcome.refusal import Refusal
from mailspec.render.registry import names_for
from mailspec.render.view import View
from mailspec.workflow.options import CheckOptions


class Terminal:
    """The person at the terminal, and their browser where there is one."""

    def __init__(self, *, opens: bool) -> None:
        self._opens = opens

    def open(self, url: str) -> None:
        """Show the page, and open it."""
        say(f"Open this page and sign in: {url}")
        if self._opens:
            webbrowser.open(url)

    def code(self, page: str, code: str) -> None:
        """Show a code, and the page to enter it at."""
        say(f"Open {page} on any device and enter the code {code}")

    def ask(self, prompt: str) -> str:
        """Return what is pasted, without showing it: it holds the code."""
        try:
            pasted: str = click.prompt(prompt.rstrip(": "), hide_input=True, err=True)
        except click.Abort:
            raise EOFError from None
        return pasted


@click.command("login")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--paste", is_flag=True, help="Paste the address of the page that fails to load.")
@click.option("--device", is_flag=True, help="Enter a code at a page, on any device.")
@click.option(
    "--setup", type=click.Choice(("microsoft", "google", "oidc")), help="Print how to register an application."
)
@in_project("base", "limits")
@formats(*names_for())
@guarded
def command(
    name: str | None, paste: bool, device: bool, setup: str | None, project: ProjectOptions, outputs: Outputs
) -> int:
    """Sign in to an account with a browser and keep the tokens, encrypted, for this user of the system.

    NAME may be KIND:NAME, an e-mail address or bulk; default: the active configuration.
    """
    from mailspec.render.sign_in import sign_in_data, sign_in_lines
    from mailspec.workflow.project import UsageError
    from mailspec.workflow.signin.signing_in import SignIn

    if paste and device:
        raise UsageError("Give --paste or --device, not both.")
    workspace = project.open(CheckOptions(with_env=True))
    if setup is not None:
        from mailspec.workflow.signin.registration import registration

        steps = registration(workspace, setup)
        outputs.write(View(lambda _options: steps, lambda: {"version": 1, "provider": setup, "steps": steps}))
        return Exit.CLEAN
    sign_in = SignIn(workspace, name)
    client = sign_in.client
    if not can_ask():
        advice = "run it at a terminal; on a server sign in with client_credentials, or name a token from elsewhere"
        return refuse(Refusal("no-terminal", "nobody can sign in here: there is no terminal", advice))
    display = _has_display()
    granted = client.grant == "device_code"
    if not (display or paste or device or granted):
        advice = "give --paste (open the page anywhere, paste its last address) or --device (enter a code)"
        return refuse(Refusal("no-display", "there is no browser on this machine", advice))
    scopes = " ".join(client.scopes)
    say(f"Signing in as {client.account} at {client.issuer}, application {client.client_id}, for {scopes}.")
    how = "device" if device or (granted and not paste) else "paste" if paste else "browser"
    if how != "browser" and sign_in.is_microsoft:
        say(f"Where approval is needed, an administrator gives it at {sign_in.approval_page}")
    status = sign_in.login(how, Terminal(opens=how == "browser"))  # type: ignore[arg-type]
    view = View(lambda _options: "\n".join(sign_in_lines([status])), lambda: {"version": 1, **sign_in_data(status)})
    outputs.write(view)
    if status.state == "admin_approval" and sign_in.is_microsoft:
        say(f"An administrator approves the application at {sign_in.approval_page}")
    return Exit.CLEAN if status.state == "authenticated" else Exit.FINDINGS


def _has_display() -> bool:
    """Tell whether a browser can be opened for somebody to see."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
