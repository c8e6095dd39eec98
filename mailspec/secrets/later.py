"""Backends that the language knows and this version does not have yet."""

# ruff: noqa: ARG001 -- each backend has the whole signature

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailspec.secrets.base import Backend, Resolved, SecretProblem


def not_yet(name: str) -> Backend:
    """Return a backend that says in words that it is to come."""

    def resolve(word: Any, base: Path, environ: Mapping[str, str]) -> Resolved | SecretProblem:
        return SecretProblem(
            "unavailable_backend",
            f"secrets by '{name}' are not available yet in this version of mailspec",
            "until then give the secret by 'env' or 'file'",
        )

    return resolve
