"""What is known of secrets, for people and for programs. No secret comes here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mailspec.outcome.secrets import SecretChange, SecretState
from mailspec.render.as_json import records
from mailspec.render.painter import Painter
from mailspec.text.escape import terminal


def states_data(states: Sequence[SecretState]) -> dict[str, Any]:
    """Return the states as data; dates as RFC 3339 in UTC."""
    secrets = [
        {
            "name": state.name,
            "kind": state.kind,
            "field": state.field,
            "reference": state.reference,
            "present": state.present,
            "changed": None if state.changed is None else state.changed.isoformat(timespec="seconds"),
            "troubles": [
                {"kind": trouble.kind, "code": trouble.code, "message": trouble.message, "help": trouble.help}
                for trouble in state.troubles
            ],
        }
        for state in states
    ]
    return {"version": 1, "secrets": secrets}


def states_text(
    states: Sequence[SecretState], *, colour: bool = False, verbose: bool = False, quiet: bool = False
) -> str:
    """Return a block for each secret with trouble (with ``verbose`` for all), and a closing line that counts."""
    painter = Painter(colour)
    lines = [line for state in states if state.troubles or verbose for line in _state(state, painter)]
    if not quiet:
        counts = {
            "present": sum(state.present for state in states),
            "missing": sum(not state.present for state in states),
            **{
                kind: sum(any(trouble.kind == kind for trouble in state.troubles) for state in states)
                for kind in ("exposed", "edges", "shape", "shared", "old")
            },
        }
        words = {
            "shape": "of the wrong shape",
            "exposed": "readable by others",
            "edges": "with blanks or quotes around",
        }
        phrases = [f"{count} {words.get(kind, kind)}" for kind, count in counts.items() if count]
        lines.append(", ".join(phrases) + "." if phrases else "No secret is declared.")
    return "\n".join(lines)


def _state(state: SecretState, painter: Painter) -> Iterator[str]:
    status = painter.severity("error" if state.troubles else "", "problem" if state.troubles else "ok")
    where = f" ({terminal(state.reference)})" if state.reference else ""
    when = "" if state.changed is None else f", changed {state.changed.date()}"
    yield f"{status} {painter.bold(terminal(f'{state.kind} {state.name}'))} {state.field}{where}{when}"
    for trouble in state.troubles:
        code = f" ({trouble.code})" if trouble.code else ""
        yield f"  {terminal(trouble.message)}{code}"
        if trouble.help:
            yield f"  {painter.bold('help')}: {terminal(trouble.help)}"


def change_data(change: SecretChange) -> dict[str, Any]:
    """Return what became of a new secret as data; the test as ``probe`` gives it."""
    test = change.test
    return {
        "version": 1,
        **{name: getattr(change, name) for name in ("name", "kind", "reference", "status", "reason", "help")},
        "test": None if test is None else records([test])[0],
    }


def change_text(change: SecretChange, *, colour: bool = False) -> str:
    """Return in words what became of a new secret."""
    painter = Painter(colour)
    name = painter.bold(terminal(f"{change.kind} {change.name}"))
    if change.status == "stored":
        proof = "the server accepted it" if change.test is not None else "not tried"
        return f"stored {name} ({terminal(change.reference)}): {proof}."
    lines = [f"{painter.severity('error', change.status)} {name} ({terminal(change.reference)}): the old secret stays."]
    lines.append(f"  {terminal(change.reason)}")
    if change.test is not None and change.test.server_reply:
        lines.append(f"  {painter.bold('server')}: {terminal(change.test.server_reply)}")
    if change.help:
        lines.append(f"  {painter.bold('help')}: {terminal(change.help)}")
    return "\n".join(lines)
