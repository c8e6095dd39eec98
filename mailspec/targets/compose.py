"""Targets of type ``compose``: a Compose file of its own that gives a service its environment.

``docker compose -f compose.yml -f mail.yml up``: environment of several files is merged (Compose Specification, Merge).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mailspec.outcome.plan import Json
from mailspec.plan.desired import TargetDesired, is_part_of_text, secret_reference
from mailspec.targets.base import Part, Rendered, TargetProblem
from mailspec.targets.documents.compose_file import VARIABLE, ComposeFile
from mailspec.targets.documents.document import Document
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.render import render_keys
from mailspec.targets.scope import Scope

_SERVICE = re.compile(r"[a-zA-Z0-9._-]+")  # Compose Specification, services


class Compose(FilesTarget):
    """By default a password stays in the environment of who runs Compose; ``secrets: values`` writes it."""

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return the Compose file."""
        mode = 0o600 if target.options.get("secrets") == "values" else 0o644
        return {"": Part(target.path, Document(ComposeFile(str(target.options.get("service")))), mode)}

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the preset's keys; a reference to a variable is a key of its own form."""
        if not _SERVICE.fullmatch(str(declared.get("service") or "")):
            return TargetProblem("its service is no name of Compose", "write service, such as service: app")
        made = render_keys(declared, scope)
        if isinstance(made, TargetProblem) or declared.get("secrets") == "values":
            return made
        keys: dict[str, Json] = {}
        for key, value in made.keys.items():
            reference = secret_reference(value)
            if is_part_of_text(value):
                return TargetProblem(
                    f"{key} has the password within a longer text, which no variable of its own can give",
                    "write secrets: values, or use a preset with a key for the password alone",
                )
            if reference is not None and "env" not in reference:
                return TargetProblem(
                    f"Compose cannot name the place of {key}: only an env reference stays outside of the file",
                    "write secrets: values, or an env reference as the password",
                )
            if reference is None:
                keys[key] = value
            else:
                keys[f"{VARIABLE}{key}"] = str(reference["env"])
        return replace(made, keys=keys)
