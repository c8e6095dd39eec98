"""Targets of type ``systemd_credential``: the password as a file that ``LoadCredential=`` finds (systemd.exec(5)).

``path`` is the file, such as ``/etc/credstore/acme.mail``; with ``encrypt`` it is one for ``LoadCredentialEncrypted=``,
such as ``/etc/credstore.encrypted/acme.mail``, bound to this machine and to its name (systemd-creds(1), run with 252).
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from mailspec.model.fields import Settings
from mailspec.model.patterns import PLAIN_NAME
from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import Format, Part, Rendered, TargetProblem
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.formats.base import cannot_hold
from mailspec.targets.scope import Scope

_KEY = "credential"
_SECONDS = 20.0


class SystemdCredential(FilesTarget):
    """Writes one file with one password; where mail is off the file is empty."""

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return the file."""
        form: Format = Encrypted(_name(target.options, target.path)) if target.options.get("encrypt") else Raw()
        return {"": Part(target.path, form)}

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the default configuration's password."""
        name = _name(declared, str(declared.get("path") or ""))
        if not re.fullmatch(PLAIN_NAME, name):
            return TargetProblem(f"'{name}' is no name of a credential", "write credential, such as acme.mail")
        password = scope.settings.get(Settings.auth.password)
        if scope.settings and not isinstance(password, Mapping):
            return TargetProblem("its configuration has no password", "give this target a configuration with one")
        return Rendered({_KEY: {"secret": dict(password)} if isinstance(password, Mapping) else None}, (), (), ())


def _name(words: Mapping[str, Any], path: str) -> str:
    return str(words.get("credential") or PurePosixPath(path).name)


class Raw(Format):
    """A file that is one value, to its last character."""

    def why_not(self, key: str, value: str) -> str | None:  # noqa: ARG002
        """Say why a file cannot be the value."""
        return None if value else "it is empty"

    def parse(self, text: str) -> dict[str, str | None]:
        """Return the value; an empty file has none."""
        return {_KEY: text} if text else {}

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:  # noqa: ARG002
        """Return the value alone."""
        value = wanted.get(_KEY)
        problem = cannot_hold({_KEY: value}, self.why_not)
        return problem or value or ""


class Encrypted(Format):
    """The same through ``systemd-creds``, which binds the file to this machine and to its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def parse(self, text: str) -> dict[str, str | None]:
        """Return the value; ``None`` where it was encrypted elsewhere, or for another name."""
        if not text:
            return {}
        done = self._run("decrypt", text)
        return {_KEY: None if isinstance(done, TargetProblem) else done}

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Return the value encrypted; a file that holds it already stays."""
        value = Raw().edit("", wanted)
        if isinstance(value, TargetProblem) or not value:
            return value
        return text if self.parse(text).get(_KEY) == value else self._run("encrypt", value, "--with-key=host")

    def _run(self, word: str, given: str, *options: str) -> str | TargetProblem:
        command = ["systemd-creds", word, f"--name={self.name}", *options, "-", "-"]
        try:
            done = subprocess.run(
                command,
                input=given.encode("utf-8", "surrogateescape"),
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return TargetProblem(
                "systemd-creds cannot be run here", "leave out encrypt, or run on a machine with systemd"
            )
        if done.returncode:
            return TargetProblem(f"systemd-creds {word} ended with {done.returncode}", "run it by hand to see why")
        return done.stdout.decode("utf-8", "surrogateescape")
