"""Where imported passwords go: ``KIND:TEXT`` with ``{name}`` for the configuration."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mailspec.files.links import refuse_links
from mailspec.model.kinds import SECRETS
from mailspec.outcome.secret import Secret
from mailspec.secrets.store import STORES, store
from mailspec.workflow.importing.naming import slug
from mailspec.workflow.project import UsageError

USUAL = "file:.mailspec/secrets/{name}"


class Place(NamedTuple):
    """One password and its reference, as it stands in a file of the folder ``configurations``."""

    reference: Mapping[str, Any]
    secret: Secret
    name: str

    @property
    def from_project(self) -> dict[str, Any]:
        """Return the reference with its path as seen from the project's folder."""
        return {kind: str(word).removeprefix("../") for kind, word in self.reference.items()}


def check(pattern: str) -> None:
    """Refuse a pattern that would put two passwords into one place, or that names no place.

    Raises:
        UsageError: it does.
    """
    kind, _, text = pattern.partition(":")
    if kind not in (*STORES, "env") or "{name}" not in text:
        kinds = ", ".join((*STORES, "env"))
        raise UsageError(f"--passwords wants KIND:TEXT with {{name}} in it and one of {kinds}, such as {USUAL}.")


def reference_of(pattern: str, name: str) -> dict[str, Any]:
    """Return the reference to a configuration's password. Relative paths start at the folder ``configurations``."""
    kind, _, text = pattern.partition(":")
    word = text.replace("{name}", slug(name))
    if kind == "env":
        word = re.sub(r"\W", "_", word).upper()
    elif SECRETS[kind].path and not os.path.isabs(word):
        word = f"../{word}"
    return {kind: word}


def put(places: list[Place], root: str) -> list[str]:
    """Store the passwords and return what could not be stored, in words."""
    base = Path(root)
    wrong: list[str] = []
    for place in places:
        reference = place.from_project
        if "env" in reference:
            continue
        for kind, word in reference.items():
            if SECRETS[kind].path:
                try:
                    refuse_links(str(base / str(word)), root)
                except OSError as error:
                    return [f"{place.name}: {error.strerror}"]
                (base / str(word)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        problem = store(reference, place.secret, base, os.environ)
        if problem is not None:
            wrong.append(f"{place.name}: {problem.message}")
    return wrong
