"""A secret in an environment variable."""

# ruff: noqa: ARG001 -- each backend has the whole signature

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved, SecretProblem


def resolve_env(word: Any, base: Path, environ: Mapping[str, str]) -> Resolved | SecretProblem:
    """Return the variable's text exactly as it is; nothing is trimmed or turned into a number."""
    if not isinstance(word, str) or not word or "=" in word or "\0" in word:
        return SecretProblem("malformed", "'env' wants the name of one environment variable")
    if word not in environ:
        return SecretProblem(
            "missing",
            f"the environment variable {word} is not set",
            f"set {word} for this command, for instance from the pipeline's secret store",
        )
    value = environ[word]
    if not value:
        return SecretProblem("empty", f"the environment variable {word} is set, but empty")
    if any("\ud800" <= char <= "\udfff" for char in value):
        return SecretProblem("malformed", f"the environment variable {word} is no valid UTF-8")
    return Resolved(Secret(value))
