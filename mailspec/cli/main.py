"""The command line's entry: one lazily loaded module a command, one exit code a run."""

from __future__ import annotations

import sys


def _write(text: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(text)


# Most of a short run's time goes into imports, and whoever presses Ctrl-C has no use for where in them.
try:
    import errno
    import gc
    import os
    from importlib import import_module
    from typing import Any

    import click

    from mailspec import __version__
    from mailspec.outcome.exits import Exit
except KeyboardInterrupt:
    _write("Interrupted.\n")
    sys.exit(130)
except MemoryError:
    _write("Not enough memory to start.\n")
    sys.exit(3)

# A run builds what it keeps to its end, with few cycles. Python's own thresholds would look through all of it again and
# again, a quarter of the time with 10,000 files.
COLLECTION_THRESHOLDS = 50_000, 20, 50

# Command: module in mailspec.cli.commands, and its one line of help (so that listing them imports nothing).
COMMANDS = {
    "init": ("init", "Create a working starter."),
    "validate": ("validate", "Check the files offline."),
    "explain": ("explain", "Say why a finding exists, with examples."),
    "rules": ("rules", "List all findings."),
    "providers": ("providers", "List what is known of mail providers."),
    "targets": ("targets", "List the types of targets."),
    "render": ("render", "Print what a target would hold."),
    "schema": ("schema", "Print the JSON Schema of the files."),
    "show": ("show", "Show what really holds and where each value comes from."),
    "diff": ("diff", "Say what a change means: who and what is affected."),
    "plan": ("plan", "Show what an apply would change."),
    "apply": ("apply", "Make the change, test it and prove it."),
    "test": ("test", "Send a real test message."),
    "probe": ("probe", "Connect, sign in and name sender and recipient; send nothing."),
    "diagnose": ("diagnose", "Explain a mail server's words."),
    "login": ("login", "Sign in to an account with a browser or a code."),
    "logout": ("logout", "Delete an account's stored tokens."),
    "status": ("status", "Show what is applied, and whether it differs from the files."),
    "migrate": ("migrate", "Rewrite files for what a provider retires."),
    "calendar": ("calendar", "List what is retired, by when, and whom it hits."),
    "history": ("history", "List earlier applies."),
    "rollback": ("rollback", "Apply an earlier state's settings again."),
    "drift": ("drift", "Compare the live side with the last apply."),
    "unlock": ("unlock", "Remove a lock that a dead run left."),
    "preview": ("preview", "Render an e-mail type with sample data."),
    "send": ("send", "Put messages into the queue."),
    "queue": ("queue", "Look at the queue, send dead letters again, clear it."),
    "worker": ("worker", "Send what is in the queue."),
    "import": ("import_", "Make people's files from a table."),
    "secret": ("secret", "Set secrets, and check them without showing one."),
    "completion": ("completion", "Print the completion script of a shell."),
    "man": ("man", "Print a man page."),
}

# Set by a shell's completion script for the question that it asks.
_COMPLETING = "_MAILSPEC_COMPLETE"


def _is_empty(word: str) -> bool:
    """Tell whether an argument says nothing: an empty text, blanks, or ``--option=`` without its value."""
    return not word.strip() or (word.startswith("--") and word.endswith("=") and word.count("=") == 1)


class Commands(click.Group):
    """Loads a command's module only when that command runs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        empty = next((number for number, word in enumerate(args) if _is_empty(word)), None)
        if empty is not None:
            where = args[empty].rstrip("=").strip() or next(iter(args[max(empty - 1, 0) : empty]), "")
            after = f" (at '{where}')" if where else ""
            raise click.UsageError(f"An argument is empty{after}, as a variable that is not set gives.", ctx)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"mailspec.cli.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        if _COMPLETING in os.environ:
            from mailspec.cli.completing import attach

            attach(command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from mailspec.text import suggest

            near = suggest(args[0], list(COMMANDS))
            hint = f" Did you mean {near}?" if near else " See mailspec --help."
            raise click.UsageError(f"There is no command '{args[0]}'.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_module, line) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mailspec")
def cli() -> None:
    """Outgoing e-mail settings as code: validate, plan, apply, and prove them with a real test message."""


def main(args: list[str] | None = None) -> int:
    """Run one command and return its exit code. Never raises, never prints a traceback."""
    if _COMPLETING in os.environ:
        from mailspec.cli.completing import prepare

        prepare()
    try:
        result = cli.main(args=args, prog_name="mailspec", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        _complain(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader went away (| head); what was asked for has been said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.CLEAN
    except Exception as error:
        if _is_interrupt(error):
            click.echo("Interrupted.", err=True)
            return Exit.INTERRUPTED
        return _no_memory() if _is_no_memory(error) else _internal(error)
    return int(result) if isinstance(result, int) else Exit.CLEAN


def _complain(error: click.ClickException) -> None:
    """Print a wrong use as click does. What was typed comes back in it, so it is made harmless first."""
    from mailspec.text.escape import terminal

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    if ctx is not None:
        click.echo(f"{ctx.get_usage()}\nTry '{ctx.command_path} --help' for help.\n", err=True)
    click.echo(f"Error: {terminal(error.format_message())}", err=True)


def _is_interrupt(error: Exception) -> bool:
    """Tell whether a library made an exception of its own of Ctrl-C, as pydantic-core does."""
    return "KeyboardInterrupt" in str(error) or isinstance(error.__cause__ or error.__context__, KeyboardInterrupt)


def _is_no_memory(error: Exception) -> bool:
    """Tell whether memory ran out: Python's own, the system's, or that for a library's code."""
    if isinstance(error, ImportError):
        return "failed to map segment" in str(error) or "cannot allocate memory" in str(error).lower()
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM)


def _no_memory() -> int:
    click.echo(
        "Not enough memory: the system, or a limit on this process, gives no more. Run it again where it may use more "
        "(ulimit -v, the memory of the container or the service).",
        err=True,
    )
    return Exit.INTERNAL


def _internal(error: Exception) -> int:
    """Say that mailspec itself failed. A traceback could hold a secret, so only names and lines are shown."""
    steps = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        steps.append(f"{os.path.basename(code.co_filename)}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    # The interpreter made these words of names in the code; those of other errors may hold anything.
    words = f": {error}" if isinstance(error, ImportError | AttributeError | NameError) else ""
    click.echo(f"Internal error: {type(error).__name__}{words}. Please report it with these lines:", err=True)
    for step in steps[-6:]:
        click.echo(f"  {step}", err=True)
    return Exit.INTERNAL


def run() -> None:
    """Run the command line and leave the process with its exit code."""
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        # In the moments before and after the command itself.
        click.echo("Interrupted.", err=True)
        sys.exit(Exit.INTERRUPTED)
    finally:
        # What is left is freed by the system.
        gc.freeze()
