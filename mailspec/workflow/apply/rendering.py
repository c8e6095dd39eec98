"""``render``: what a target would hold, made from nothing that is there, without the state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mailspec.outcome.exits import Exit
from mailspec.outcome.plan import Json
from mailspec.outcome.refusal import Refusal
from mailspec.plan.desired import filled, secret_reference
from mailspec.secrets.resolve import describe
from mailspec.targets.base import TargetProblem
from mailspec.targets.registry import find
from mailspec.text import suggest
from mailspec.workflow.apply.prepare import Prepared
from mailspec.workflow.project import ApplyRefusedError, UsageError


class RenderedFile(NamedTuple):
    """One file of a target with its text."""

    path: str
    text: str


def render(prepared: Prepared, name: str, *, with_secrets: bool = False) -> list[RenderedFile]:
    """Return the files that a target would write where none was there. Secrets are references unless asked for.

    Raises:
        UsageError: no such target is declared, or its type is made of no files.
        ApplyRefusedError: a secret cannot be read, or a file cannot hold a value.
    """
    target = prepared.desired.target(name)
    if target is None:
        near = suggest(name, [entry.name for entry in prepared.desired.targets])
        raise UsageError(f"There is no target '{name}'.{f' Did you mean {near}?' if near else ''}")
    kind = find(target.type)
    parts = None if isinstance(kind, TargetProblem) else kind.parts(kind.rooted(target, prepared.root))
    if not isinstance(parts, Mapping):
        raise UsageError(f"A target of type {target.type} is no file that could be printed.")
    values = {key: _text(prepared, key, value, with_secrets) for key, value in target.keys.items()}
    files = []
    for label, part in parts.items():
        own = {
            key.removeprefix(f"{label}/") if label else key: value
            for key, value in values.items()
            if value is not None and (not label or key.startswith(f"{label}/"))
        }
        text = part.format.edit("", own)
        if isinstance(text, TargetProblem):
            raise ApplyRefusedError(
                Refusal("target-unusable", f"target {name}: {text.message}", text.help, Exit.FINDINGS)
            )
        if text:
            files.append(RenderedFile(part.path, text))
    return files


def _text(prepared: Prepared, key: str, value: Json, with_secrets: bool) -> str | None:
    reference = secret_reference(value)
    if reference is None:
        return None if value is None else str(value)
    if not with_secrets:
        return filled(value, f"<{describe(reference)}>")
    secret = prepared.workspace.secrets.lookup(reference)
    if secret is None:
        message = f"the secret of {key} ({describe(reference)}) cannot be read here"
        raise ApplyRefusedError(Refusal("secret-missing", message, "see: mailspec secret check", Exit.FINDINGS))
    return filled(value, secret.reveal())
