"""Secrets for one run: each reference is read once, and what stands against it is kept in words."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailspec.outcome.secret import Secret
from mailspec.providers import by_id, judge_secret
from mailspec.rules import SecretFact
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.resolve import resolve
from mailspec.workflow.policy.outside_limits import Limits


class Secrets:
    """Reads references whose relative paths start at the project. Nothing is read before it is asked for.

    What the run's limits do not allow is not read at all: a stranger's Spec could name any command.
    """

    def __init__(self, root: str, limits: Limits | None = None) -> None:
        self._root = Path(root)
        self._limits = limits or Limits()
        self._resolved: dict[str, Resolved | SecretProblem] = {}

    def forbids_host(self, host: str, port: int) -> str | None:
        """Return why this run must not connect to a port of a host, ``None`` where it may."""
        refusal = self._limits.host(host, port)
        return None if refusal is None else refusal.message

    def read(self, reference: Mapping[str, Any], *, fresh: bool = False) -> Resolved | SecretProblem:
        """Return a reference's secret, or why there is none. ``fresh`` reads it again."""
        key = json.dumps(reference, sort_keys=True)
        secret = None if fresh else self._resolved.get(key)
        if secret is None:
            refusal = self._limits.secret(reference, str(self._root))
            if refusal is not None:
                secret = SecretProblem("unavailable_backend", f"not read: {refusal.message}", refusal.help)
            else:
                secret = resolve(reference, self._root, os.environ)
            self._resolved[key] = secret
        return secret

    def lookup(self, reference: Mapping[str, Any]) -> Secret | None:
        """Return a reference's secret, ``None`` where it cannot be read."""
        secret = self.read(reference)
        return secret.secret if isinstance(secret, Resolved) else None

    def known(self) -> list[Secret]:
        """Return every secret that was read, for hiding them where a server echoes one."""
        return [entry.secret for entry in self._resolved.values() if isinstance(entry, Resolved)]


def shape_fact(provider_id: str, secret: Secret, method: str) -> SecretFact | None:
    """Hold a secret against the shape that a provider publishes. Nothing of the secret is in the words."""
    provider = by_id(provider_id)
    if provider is None:
        return None
    verdict = judge_secret(provider, secret.reveal(), method)
    if verdict.severity is None:
        return None
    source = "" if verdict.fact is None else f" Source: {verdict.fact.source} ({verdict.fact.checked})."
    return SecretFact("MS203", verdict.severity, verdict.reason, verdict.help + source)
