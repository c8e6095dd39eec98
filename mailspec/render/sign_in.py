"""Who is signed in, for people and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from mailspec.outcome.sign_in import SignInStatus
from mailspec.text.escape import terminal

_WHO = {"person": "the person", "administrator": "an administrator", "nobody": "nobody"}


def sign_in_lines(found: Sequence[SignInStatus]) -> Iterator[str]:
    """Yield a line an account that a person signs in to, and one more with what to do where nobody is signed in."""
    for entry in found:
        if entry.state == "not_needed":
            continue
        who = f" as {entry.account}" if entry.account else ""
        times = [f"{word} {when}" for word, when in _times(entry) if when]
        line = f"{entry.kind} {entry.name}: {entry.word}{who}"
        if entry.state != "authenticated":
            line += f" ({entry.state}; {_WHO[entry.who]} must act)" if entry.who != "nobody" else f" ({entry.state})"
        yield terminal(f"{line}{', ' + ', '.join(times) if times else ''}.")
        if entry.reason:
            yield terminal(f"  {entry.reason}. {entry.advice}")


def sign_in_data(entry: SignInStatus) -> dict[str, Any]:
    """Return one account's sign-in as data."""
    return {**asdict(entry), "status": entry.word}


def _times(entry: SignInStatus) -> tuple[tuple[str, str | None], ...]:
    return ("since", entry.since), ("until", entry.until), ("last proven", entry.proven)
