"""What a shell offers to complete: names from the Spec, environments, codes. Loaded only when a shell asks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class, split_arg_string

VARIABLE = "_MAILSPEC_COMPLETE"

# Bash takes ":" and "@" for ends of words, so the line is read whole and what bash keeps of it is cut off again.
_BASH = """\
%(complete_func)s() {
    local line="${COMP_LINE:0:COMP_POINT}" breaks="" cut="" type value
    for value in : @ =; do [[ $COMP_WORDBREAKS == *"$value"* ]] && breaks+=$value; done
    cut="${line##*[[:space:]]}"
    if [[ -n $breaks ]]; then cut="${cut%%"${cut##*[$breaks]}"}"; else cut=""; fi
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) printf -v value %%q "${value#"$cut"}"; COMPREPLY+=("$value") ;;
        esac
    done < <(COMP_LINE="$line" %(complete_var)s=bash_complete "$1" 2>/dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class _Bash(BashComplete):
    """Click's completion for bash with words that may hold colons and at signs."""

    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)
        incomplete = "" if line[-1:].isspace() or not words else words.pop()
        return words[1:], incomplete


def prepare() -> None:
    """Make Click use our own part for bash."""
    add_completion_class(_Bash, "bash")


def source(shell: str, command: click.Command) -> str:
    """Return the script that a shell reads at its start."""
    from click.shell_completion import get_completion_class

    prepare()
    found = get_completion_class(shell)
    if found is None:
        raise ValueError(shell)
    made = found(command, {}, "mailspec", VARIABLE)
    # The version of bash is not asked: whoever installs this runs it in another shell than the one that prints it.
    return made.source_template % made.source_vars()


Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


class _Offer(NamedTuple):
    value: str
    help: str = ""


def _completing(offers: Callable[[click.Context], Iterable[_Offer]]) -> Complete:
    def complete(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            entry = list(offers(ctx))
        except Exception:
            # A shell's prompt is no place to tell what is wrong with the files.
            return []
        low = incomplete.lower()
        return [
            CompletionItem(offer.value, help=offer.help or None)
            for offer in entry
            if offer.value.lower().startswith(low) and offer.value.isprintable()
        ]

    return complete


def _spec(ctx: click.Context) -> Any:
    from mailspec.workflow.workspace import open_workspace

    # Where nobody has said which environment, the base's names are offered.
    return open_workspace(ctx.params.get("project"), ctx.params.get("environment") or None).spec


def _names(ctx: click.Context) -> Iterable[_Offer]:
    from mailspec.resolve import names

    for kind, name in names(_spec(ctx)):
        yield _Offer(name if kind == name else f"{kind}:{name}")


def _objects(ctx: click.Context) -> Iterable[_Offer]:
    yield from (offer for offer in _names(ctx) if not offer.value.startswith("group:"))
    yield from (_Offer(f"target:{name}") for name in _spec(ctx).targets)


def _declared_targets(ctx: click.Context) -> Iterable[_Offer]:
    yield from (_Offer(name) for name in _spec(ctx).targets)


def _environments(ctx: click.Context) -> Iterable[_Offer]:
    from mailspec.workflow.workspace import open_workspace

    return [_Offer(name) for name in open_workspace(ctx.params.get("project")).spec.environments]


def _codes(_ctx: click.Context) -> Iterable[_Offer]:
    from mailspec.outcome.catalogue import CATALOGUE

    return [_Offer(code, entry.name) for code, entry in CATALOGUE.items()]


def _target_types(_ctx: click.Context) -> Iterable[_Offer]:
    from mailspec.workflow.reference.target_types import listed

    return [_Offer(entry["type"], entry["about"]) for entry in listed()]


names = _completing(_names)
objects = _completing(_objects)
environments = _completing(_environments)
codes = _completing(_codes)
target_types = _completing(_target_types)
declared_targets = _completing(_declared_targets)

# Which option or argument is completed by what: command (or "" for all) and parameter.
COMPLETED: dict[tuple[str, str], Complete] = {
    ("show", "names"): names,
    ("test", "names"): names,
    ("probe", "names"): names,
    ("", "limit"): objects,
    ("", "confirmed"): objects,
    ("", "environment"): environments,
    ("explain", "code"): codes,
    ("targets", "type_"): target_types,
    ("render", "target"): declared_targets,
    ("explain", "codes"): codes,
}


def attach(command: click.Command) -> None:
    """Give a command's parameters what they are completed by."""
    for param in command.params:
        found = COMPLETED.get((command.name or "", param.name or "")) or COMPLETED.get(("", param.name or ""))
        if found is not None:
            param._custom_shell_complete = found
