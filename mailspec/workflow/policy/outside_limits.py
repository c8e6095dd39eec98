"""Limits from outside the Spec: a change may come from a stranger's pull request, so the runner says what it may touch.

``--limits FILE``, else the file that ``MAILSPEC_LIMITS`` names, else ``/etc/mailspec/limits.yml`` where it exists::

    version: 1
    secrets: ["env:ACME_*", "file:/run/secrets/*"]
    hosts: ["*.acme.example"]
    target_paths: ["/etc/acme-hub/*.env"]
    recipients: ["*@acme.example"]

A word that is missing limits nothing; an empty list allows nothing. A file that cannot be read or understood stops.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from mailspec.files.opening import MIB, Unread, read_file
from mailspec.model.fields import SENSITIVE
from mailspec.outcome.refusal import Refusal
from mailspec.plan.desired import Desired, secret_reference
from mailspec.rules.policy import covered
from mailspec.text import read

VARIABLE = "MAILSPEC_LIMITS"
SYSTEM_FILE = "/etc/mailspec/limits.yml"
_WORDS = ("secrets", "hosts", "target_paths", "recipients")


class Limits(NamedTuple):
    """What a run may use; ``None`` for what is not limited. ``file`` is where it says so."""

    file: str = ""
    secrets: tuple[str, ...] | None = None
    hosts: tuple[str, ...] | None = None
    target_paths: tuple[str, ...] | None = None
    recipients: tuple[str, ...] | None = None

    def secret(self, reference: Mapping[str, Any]) -> Refusal | None:
        """Return why a reference must not be read."""
        shown = reference_text(reference)
        if self.secrets is None or any(fnmatchcase(shown, pattern) for pattern in self.secrets):
            return None
        return self._refusal("secrets", f"the secret {shown}", self.secrets)

    def host(self, host: str) -> Refusal | None:
        """Return why a host must not be connected to."""
        name = host.lower().rstrip(".")
        if self.hosts is None or any(fnmatchcase(name, pattern.lower()) for pattern in self.hosts):
            return None
        return self._refusal("hosts", f"the host {host}", self.hosts)

    def target_path(self, path: str) -> Refusal | None:
        """Return why a file must not be written. Links are followed first: what counts is where it really is."""
        try:
            real = os.path.realpath(path)
        except ValueError:  # a NUL, or what no file name can be encoded as: nothing can be there
            return Refusal("limits-target-paths", f"no file can have the path {path!r}", "write another path")
        if self.target_paths is None or any(fnmatchcase(real, pattern) for pattern in self.target_paths):
            return None
        return self._refusal("target_paths", f"the target path {real}", self.target_paths)

    def recipient(self, address: str) -> Refusal | None:
        """Return why nothing must be sent to a recipient."""
        if self.recipients is None or covered(address, self.recipients):
            return None
        return self._refusal("recipients", f"the recipient {address}", self.recipients)

    def _refusal(self, word: str, what: str, allowed: tuple[str, ...]) -> Refusal:
        return Refusal(
            f"limits-{word.replace('_', '-')}",
            f"{what} is outside what {self.file} allows ({word}: {', '.join(allowed) or 'nothing'})",
            f"if it is meant, whoever runs this adds it to {word} in {self.file}",
        )


def reference_text(reference: Mapping[str, Any]) -> str:
    """Return a reference as limits name it: ``env:ACME_SMTP_PASSWORD``, ``command:pass show mail``."""
    for kind, word in reference.items():
        return f"{kind}:{' '.join(map(str, word)) if isinstance(word, list) else word}"
    return ""


def load_limits(option: str | None) -> Limits | Refusal:
    """Read the limits that hold for this run; fail closed."""
    path = option or os.environ.get(VARIABLE)
    if path is None:
        if not os.path.lexists(SYSTEM_FILE):
            return Limits()
        path = SYSTEM_FILE
    content = read_file(path, MIB)
    if isinstance(content, Unread):
        return _unusable(path, content.reason)
    document = read(path, content.raw)
    data = document.data
    if document.problems:
        return _unusable(path, document.problems[0].message)
    if not isinstance(data, dict) or data.get("version") != 1:
        return _unusable(path, "it does not say version: 1")
    unknown = [key for key in data if key not in (*_WORDS, "version")]
    if unknown:
        return _unusable(path, f"it knows {', '.join(_WORDS)}, not {unknown[0]}")
    values: dict[str, tuple[str, ...]] = {}
    for word in _WORDS:
        if word not in data:
            continue
        value = data[word]
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            return _unusable(path, f"{word} is not a list of patterns")
        values[word] = tuple(value)
    return Limits(path, **values)


def limits_or_nothing(option: str | None = None) -> Limits:
    """Return the limits of this run; where they cannot be used, such as allow nothing."""
    limits = load_limits(option)
    return limits if isinstance(limits, Limits) else Limits("limits that cannot be used", (), (), (), ())


def _unusable(path: str, reason: str) -> Refusal:
    return Refusal("limits-file", f"the limits in {path} cannot be used: {reason}", "fix the file, then try again")


def beyond(limits: Limits, desired: Desired, root: str) -> Refusal | None:
    """Return the first thing of a plan that is outside the limits."""
    checks: list[Refusal | None] = []
    for target in desired.targets:
        checks.append(limits.target_path(os.path.join(root, target.path)))
        checks += [limits.secret(ref) for ref in map(secret_reference, target.keys.values()) if ref is not None]
    for item in desired.objects:
        host = item.fields.get("host")
        if item.state == "active" and isinstance(host, str):
            checks.append(limits.host(host))
        checks += _secrets(limits, item.fields) if item.state == "active" else []
    return next((refusal for refusal in checks if refusal is not None), None)


def beyond_fields(limits: Limits, fields: Mapping[str, Any]) -> Refusal | None:
    """Return what an account would use outside the limits: its host and its secrets."""
    host = fields.get("host")
    found = [limits.host(host)] if isinstance(host, str) else []
    return next((refusal for refusal in [*found, *_secrets(limits, fields)] if refusal is not None), None)


def _secrets(limits: Limits, fields: Mapping[str, Any]) -> Iterable[Refusal | None]:
    return [limits.secret(value) for name in sorted(SENSITIVE) if isinstance(value := fields.get(name), Mapping)]
