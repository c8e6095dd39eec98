"""What the backends' tests share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.resolve import resolve

Ask = Callable[..., "str | SecretProblem"]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """``ask({"age": "x.age"}, NAME=value) -> the secret's text, or the problem``; relative paths start in tmp_path."""

    def read(reference: Mapping[str, Any], **environ: str) -> str | SecretProblem:
        held = resolve(reference, tmp_path, {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **environ})
        return held.secret.reveal() if isinstance(held, Resolved) else held

    return read


@pytest.fixture
def not_installed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """``not_installed("hvac")`` makes a library missing for the rest of the test."""

    def hide(module: str) -> None:
        monkeypatch.setitem(sys.modules, module, None)

    return hide


@pytest.fixture
def desktop(secret_service: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The library, told to use the running Secret Service."""
    import keyring
    from keyring.backends import SecretService

    for name, value in secret_service.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("keyring.core._keyring_backend", SecretService.Keyring())
    return keyring
