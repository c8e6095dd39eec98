"""Libraries that only one backend needs: imported when a reference asks for them, and named where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from mailspec.secrets.base import SecretProblem


def library(module: str, backend: str, extra: str) -> Any:
    """Return an imported module, or a :class:`SecretProblem` that says which extra of mailspec brings it."""
    try:
        return import_module(module)
    except ImportError:
        return SecretProblem(
            "unavailable_backend",
            f"secrets by '{backend}' need a library that is not installed ({module.partition('.')[0]})",
            f"install it: pip install 'mailspec[{extra}]'",
        )
