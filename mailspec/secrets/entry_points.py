"""Backends of third parties: ``plugin: NAME:WORD``, found by the entry point group ``mailspec.secrets``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailspec.secrets.base import Backend, Resolved, SecretProblem
from mailspec.secrets.limited import Patience
from mailspec.text import suggest

GROUP = "mailspec.secrets"
_PATIENCE: dict[str, Patience] = {}


def resolve_plugin(word: Any, base: Path, environ: Mapping[str, str]) -> Resolved | SecretProblem:
    """Return what the named plug-in gives for its word. It is a :class:`mailspec.secrets.base.Backend`."""
    name, colon, rest = word.partition(":") if isinstance(word, str) else ("", "", "")
    if not colon or not name or not rest:
        return SecretProblem("malformed", "'plugin' wants NAME:WORD, such as bitwarden:mail/acme")
    backend = _load(name)
    if isinstance(backend, SecretProblem):
        return backend
    wrong = _wrong(name, backend, rest)
    if wrong is not None:
        return wrong
    patience = _PATIENCE.setdefault(name, Patience())
    try:
        answer: object = patience.call(lambda: backend(rest, base, environ))
    except TimeoutError:
        return SecretProblem("unreadable", f"the plug-in {name} did not answer within {patience.seconds:g} seconds")
    except Exception as error:
        # Its words are not ours: they could hold the secret.
        return SecretProblem("unreadable", f"the plug-in {name} failed ({type(error).__name__})")
    if isinstance(answer, Resolved | SecretProblem):
        return answer
    return SecretProblem("malformed", f"the plug-in {name} gave neither a secret nor a reason")


def _wrong(name: str, backend: Backend, word: str) -> SecretProblem | None:
    """Return what the plug-in's own JSON Schema (its attribute ``schema``, where it has one) says of its word."""
    schema = getattr(backend, "schema", None)
    if schema is None:
        return None
    from mailspec.schema.foreign import disagreements, unusable

    reason = unusable(schema)
    if reason is not None:
        return SecretProblem("unavailable_backend", f"the plug-in {name} brings no JSON Schema: {reason}")
    for found in disagreements(schema, word):
        message = f"the word of the plug-in {name} is wrong: {found.message.removeprefix('This item ').rstrip('.')}"
        return SecretProblem("malformed", message, found.help)
    return None


def _load(name: str) -> Backend | SecretProblem:
    """Return a plug-in's backend. Only the named one is imported."""
    # Reading every installed package's entry points takes tens of milliseconds: only where one is named.
    from importlib.metadata import entry_points

    found = sorted(entry_points(group=GROUP, name=name), key=lambda point: point.value)
    if not found:
        known = sorted({point.name for point in entry_points(group=GROUP)})
        shown = ", ".join(known) or "none"
        message = f"no installed package offers secrets by the plug-in {name} (installed: {shown})"
        near = suggest(name, known)
        help_ = f"Did you mean {near}?" if near else f"install the package that has it in {GROUP}"
        return SecretProblem("unavailable_backend", message, help_)
    if len(found) > 1:
        return SecretProblem("unavailable_backend", f"several installed packages offer the plug-in {name}")
    try:
        backend: Backend = found[0].load()
    except Exception as error:
        message = f"the plug-in {name} cannot be loaded ({type(error).__name__})"
        return SecretProblem("unavailable_backend", message)
    return backend
