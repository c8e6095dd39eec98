"""A Compose file of one service's environment. ``$`` is doubled in values, or Compose would put a variable there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mailspec.targets.documents.document import Writer
from mailspec.targets.documents.nested import yaml_lines
from mailspec.text.foreign import read_yaml

VARIABLE = "variable/"  # in front of keys whose value is the name of a variable of who runs Compose
_MARK = "x-mailspec"
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*):\?[^}]*\}")
_UNSEEN = re.compile("[\0\ud800-\udfff]")


def _map_in(data: Any, word: str) -> Mapping[Any, Any]:
    """Return the map under a word, an empty one where there is none."""
    found = data.get(word) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


class ComposeFile(Writer):
    """``services.NAME.environment``, with a mark by which the file is known as ours."""

    comment = "#"

    def __init__(self, service: str) -> None:
        self.service = service

    def read(self, text: str) -> dict[str, str | None] | None:
        """Return the environment of our service."""
        try:
            data: Any = read_yaml(text)
        except ValueError:
            return None
        if not isinstance(data, dict) or _MARK not in data:
            return None
        keys: dict[str, str | None] = {}
        for service in _map_in(data, "services").values():
            for key, value in _map_in(service, "environment").items():
                found = _REFERENCE.fullmatch(str(value))
                if found is not None:
                    keys[f"{VARIABLE}{key}"] = found[1]
                else:
                    keys[key] = str(value).replace("$$", "$")
        return keys

    def write(self, keys: Mapping[str, str]) -> str:
        """Return the file."""
        environment = {
            key.removeprefix(VARIABLE): f"${{{value}:?{value} is not set}}"
            if key.startswith(VARIABLE)
            else value.replace("$", "$$")
            for key, value in keys.items()
        }
        services = {self.service: {"environment": environment}}
        return "".join(yaml_lines({_MARK: "made by mailspec", "services": services}))

    def why_not(self, key: str, value: str) -> str | None:  # noqa: ARG002
        """Say why no environment can hold a value."""
        return "it holds a NUL or half a character" if _UNSEEN.search(value) else None
