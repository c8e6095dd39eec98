"""A secret that a program prints, such as ``[pass, show, mail/acme]``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.command_run import run
from mailspec.secrets.paths import text_of

_HELP = "run it by hand to see why; what it says is not shown here, because it could hold the secret"


def resolve_command(word: Any, base: Path, environ: Mapping[str, str]) -> Resolved | SecretProblem:
    """Return what the program prints, without one trailing newline. It starts in ``base``, the project's folder."""
    if not isinstance(word, list) or not word or not all(isinstance(part, str) and part for part in word):
        return SecretProblem("malformed", "'command' wants a list: the program, then its arguments, one item each")
    ended = run(word, base, environ)
    if isinstance(ended, SecretProblem):
        return ended
    if ended.status < 0:
        return SecretProblem("unreadable", f"the program {word[0]} was ended by signal {-ended.status}", _HELP)
    if ended.status:
        return SecretProblem("unreadable", f"the program {word[0]} failed (exit status {ended.status})", _HELP)
    text = text_of(ended.out, f"what the program {word[0]} printed")
    return text if isinstance(text, SecretProblem) else Resolved(Secret(text))
