"""What ``-v`` adds to a command's text and ``-q`` takes from it, as its help says. No other format changes."""

from __future__ import annotations

import click

_NOTHING_CHANGES = "Print nothing where nothing changes."
_STEPS = "Name each step as it begins."
_TRIALS = (
    "Also show what the server replied, and name each that was skipped.",
    "Show only what failed, and no progress.",
)
_HINT = "Leave out the closing hint."

# By a command's name: what -v says and what -q says, "" where it makes no difference.
_SAYS = {
    "init": ("", "Leave out the next steps."),
    "validate": ("Also show suppressed findings.", "Leave out the summary."),
    "explain": ("", "Leave out that a finding is in preview."),
    "rules": ("", _HINT),
    "providers": ("", _HINT),
    "test": _TRIALS,
    "probe": _TRIALS,
    "plan": ("", _NOTHING_CHANGES),
    "diff": ("Also show the long lists of who is meant.", "Print nothing where nothing differs."),
    "apply": (_STEPS, f"{_NOTHING_CHANGES} No progress."),
    "rollback": (_STEPS, f"{_NOTHING_CHANGES} No progress."),
    "status": ("Show each field of what differs.", ""),
    "history": ("Also show what each apply changed.", ""),
    "drift": ("", "Print nothing where nothing differs."),
    "preview": ("", "Leave out the notes, unless there is no preview because of them."),
    "import": ("Show every file whole, not the start of the first.", "Show no file, and only the findings."),
    "check": ("Show every secret, not only those with trouble.", "Leave out the closing line."),
    "send": ("Also show the id of each message.", "Print nothing where all was accepted."),
    "worker": ("Also log each message that is sent or waits.", "Do not log the start and the end."),
    "retry": ("", "Print nothing where it was done."),
    "purge": ("", "Print nothing where it was done."),
    "set": ("", "Print nothing where the secret was stored."),
}


class Saying(click.Option):
    """``-v`` or ``-q``, whose help depends on the command; it is put together only where help is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        more, less = _SAYS.get(ctx.command.name or "", ("", ""))
        self.help = (more if self.name == "verbose" else less) or "Makes no difference here."
        return super().get_help_record(ctx)
