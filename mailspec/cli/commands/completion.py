"""``mailspec completion``."""

from __future__ import annotations

import click

from mailspec.cli.streams import out
from mailspec.outcome.exits import Exit


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """Print the completion script of a shell. It knows the names of the project that you are in.

    \b
    bash:  mailspec completion bash > ~/.local/share/bash-completion/completions/mailspec
    zsh:   mailspec completion zsh > ~/.zfunc/_mailspec     (a folder in $fpath)
    fish:  mailspec completion fish > ~/.config/fish/completions/mailspec.fish
    """
    from mailspec.cli.completing import source

    out(source(shell, ctx.find_root().command).rstrip("\n"))
    return Exit.CLEAN
