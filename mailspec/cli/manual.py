"""Man pages from the commands themselves, in the man macros (man(7)) that every man reads."""

from __future__ import annotations

import re

import click

from mailspec import __version__
from mailspec.outcome.exits import Exit

EXITS = {
    Exit.CLEAN: "Clean; also --check with changes, and drift found without --detailed-exitcode.",
    Exit.FINDINGS: "Findings at error level, a failed test, or a failure before the first write.",
    Exit.USAGE: "Wrong use, a path that is missing, an unknown name.",
    Exit.INTERNAL: "Internal error.",
    Exit.NO_SPEC: "No spec files.",
    Exit.REFUSED: "Refused: lock, stale plan, threshold, limits, policy, unconfirmed deletion, no approval.",
    Exit.ROLLED_BACK: "Failed after the first write and rolled back; everything is as before.",
    Exit.PENDING: "Changes or drift pending, only with --detailed-exitcode.",
    Exit.PARTIAL: "Applied in part, look now.",
    Exit.INTERRUPTED: "Interrupted.",
    Exit.TERMINATED: "Terminated.",
}
_VARIABLES = {
    "MAILSPEC_STATE_URL": "Where the state is, unless --state says it.",
    "MAILSPEC_LIMITS": "The file with this machine's limits, unless --limits says it.",
    "NO_COLOR": "Colours nothing where it is set.",
}


def pages(group: click.Group) -> dict[str, str]:
    """Return every page by its file name."""
    context = click.Context(group, info_name="mailspec")
    names = group.list_commands(context)
    return {"mailspec.1": page(group, None)} | {f"mailspec-{name}.1": page(group, name) for name in names}


def page(group: click.Group, name: str | None) -> str:
    """Return one page as roff: of a command, or of mailspec itself for ``None``. Raises ``KeyError``."""
    root = click.Context(group, info_name="mailspec")
    if name is None:
        return _join(_head("mailspec", group), _list(group, root), _ends(), _see(group.list_commands(root)))
    command = group.get_command(root, name)
    if command is None:
        raise KeyError(name)
    context = click.Context(command, info_name=name, parent=root)
    return _join(_head(f"mailspec-{name}", command), _usage(context), _options(context), _ends(), _see([]))


def escape(text: str) -> str:
    """Escape for roff: backslashes, hyphens, and a leading dot or apostrophe, which would be a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^([.'])", r"\\&\1", text)


def _head(title: str, command: click.Command) -> list[str]:
    text = (command.help or "").split("\f")[0].strip()
    first = text.split("\n")[0].rstrip(".")
    lines = [f'.TH "{title.upper()}" "1" "" "mailspec {__version__}" "mailspec"']
    lines += [".SH NAME", f"{escape(title)} \\- {escape(first[:1].lower() + first[1:])}"]
    return [*lines, ".SH DESCRIPTION", *_paragraphs(text)]


def _paragraphs(text: str) -> list[str]:
    lines: list[str] = []
    for block in re.split(r"\n\s*\n", text):
        if block.startswith("\b"):
            # Click's mark of lines that stay as they are.
            lines += [".PP", ".nf", *map(escape, block.split("\n")[1:]), ".fi"]
        else:
            lines += [".PP", escape(" ".join(block.split()))]
    return lines


def _list(group: click.Group, root: click.Context) -> list[str]:
    lines = [".SH COMMANDS"]
    for name in group.list_commands(root):
        command = group.get_command(root, name)
        if command is not None:
            lines += [".TP", f".B {escape(name)}", escape(command.get_short_help_str(200))]
    return lines


def _usage(context: click.Context) -> list[str]:
    pieces = " ".join(context.command.collect_usage_pieces(context))
    return [".SH SYNOPSIS", f".B {escape(context.command_path)}", escape(pieces)]


def _options(context: click.Context) -> list[str]:
    lines = [".SH OPTIONS"]
    for param in context.command.get_params(context):
        record = param.get_help_record(context)
        if record is not None:
            lines += [".TP", f".B {escape(record[0])}", escape(" ".join(record[1].split())) or "\\&"]
    return lines


def _ends() -> list[str]:
    lines = [".SH EXIT STATUS"]
    for code, text in EXITS.items():
        lines += [".TP", f".B {int(code)}", escape(text)]
    lines.append(".SH ENVIRONMENT")
    for name, text in _VARIABLES.items():
        lines += [".TP", f".B {name}", escape(text)]
    return lines


def _see(names: list[str]) -> list[str]:
    also = [f"mailspec-{name}" for name in names] or ["mailspec"]
    return [".SH SEE ALSO", ", ".join(f"\\fB{escape(name)}\\fR(1)" for name in also)]


def _join(*parts: list[str]) -> str:
    # The synopsis stands before the description, as man-pages(7) wants it.
    sections = re.split(r"(?m)^(?=\.SH )", "\n".join(line for part in parts for line in part) + "\n")
    order = {"NAME": 0, "SYNOPSIS": 1}
    head, rest = sections[0], sections[1:]
    rest.sort(key=lambda section: order.get(section.split("\n")[0].removeprefix(".SH ").strip(), 2))
    return head + "".join(rest)
