"""``.env`` files and Compose files."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mailspec.files.opening import MIB
from mailspec.importing.files import beside, part, text_of, yaml_of
from mailspec.importing.found import Found, Problem, Source
from mailspec.importing.variables import read_variables
from mailspec.targets.dialects.registry import DIALECTS

_UNSET = "\0unset:"  # no environment has a NUL
_NONE = "no variables of a mail server are in it"
# Compose Specification, Interpolation.
_BARE = re.compile(r"\$(?:\$|(?P<bare>[A-Za-z_]\w*))")
_VARIABLE = re.compile(rf"{_BARE.pattern}|\$\{{(?P<name>[A-Za-z_]\w*+)(?P<how>:?[-?+])?(?P<text>[^}}]*)\}}")


def read_env(path: str) -> Source | Problem:
    """Read a file of ``KEY=value`` lines."""
    values = _values(path)
    if isinstance(values, Problem):
        return values
    accounts, preset, prefix = read_variables(values)
    if not accounts:
        return Problem(f"{path}: {_NONE}", "name the file that has the server, its port and the user name")
    target = None
    if preset is not None:
        own = {"prefix": prefix} if preset == "generic" and prefix != "MAIL_" else {}
        # Its program got along with $ in quotes, so none of its readers looks for variables there.
        own |= {"dialect": "dotenv_literal"} if any("$" in value for value in values.values()) else {}
        target = {"type": "env_file", "path": path, "preset": preset, **own}
    return Source("env", path, tuple(accounts), target)


def _values(path: str) -> dict[str, str] | Problem:
    text = text_of(path)
    if isinstance(text, Problem):
        return text
    return {item.key: item.value for item in DIALECTS["dotenv"].parse(text) if item.value is not None}


def read_compose(path: str) -> Source | Problem:
    """Read the environment of each service, and the files that it names."""
    data = yaml_of(path)
    if isinstance(data, Problem):
        return data
    around = _values(beside(path, ".env")) if os.path.exists(beside(path, ".env")) else {}
    known = {} if isinstance(around, Problem) else around
    accounts: list[Found] = []
    notes: list[str] = []
    for name, service in part(data, "services").items():
        values: dict[str, str] = {}
        for file in _env_files(service):
            read = _values(beside(path, file))
            if isinstance(read, Problem):
                notes.append(read.message)
            else:
                values |= read
        values |= _environment(service, known)
        accounts += [_by_reference(replace(found, hint=str(name))) for found in read_variables(values)[0]]
    if not accounts:
        return Problem(f"{path}: {_NONE}", "name a Compose file whose services have a mail server's variables")
    return Source("compose", path, tuple(accounts), None, tuple(notes))


def _env_files(service: Any) -> list[str]:
    named = service.get("env_file") if isinstance(service, dict) else None
    entries = named if isinstance(named, list) else [named] if named else []
    return [str(entry.get("path") if isinstance(entry, dict) else entry) for entry in entries]


def _environment(service: Any, known: Mapping[str, str]) -> dict[str, str]:
    declared = service.get("environment") if isinstance(service, dict) else None
    if isinstance(declared, list):
        pairs = [str(entry).partition("=") for entry in declared]
        # A name alone is taken from the environment of who runs Compose.
        declared = {key: value if equal else known.get(key, "") for key, equal, value in pairs}
    if not isinstance(declared, dict):
        return {}
    found = {str(key): _plain(value) for key, value in declared.items() if value is not None}
    return {key: _outside(key, text, known) or _filled(text, known) for key, text in found.items()}


def _outside(key: str, text: str, known: Mapping[str, str]) -> str | None:
    """Return the mark of a password that stays in the environment of who runs Compose."""
    found = _VARIABLE.fullmatch(text) if "PASS" in key.upper() else None
    name = None if found is None else found["bare"] or found["name"]
    if found is None or name is None or name in known or (found["how"] or "").endswith(("-", "+")):
        return None
    return f"{_UNSET}{name}"


def _by_reference(found: Found) -> Found:
    """Return an account with a reference where its password is a variable that nobody has set here."""
    text = "" if found.password is None else found.password.reveal()
    name = text.removeprefix(_UNSET)
    return found if name == text else replace(found, password=None, reference={"env": name})


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _filled(text: str, known: Mapping[str, str]) -> str:
    left = MIB  # characters: what stands often may be long

    def fill(found: re.Match[str]) -> str:
        nonlocal left
        if found[0] == "$$":
            return "$"
        value = known.get(found["bare"] or found["name"], "")
        how = "" if found["bare"] else found["how"] or ""
        if how.endswith("-") and (not value if how == ":-" else (found["name"] not in known)):
            return str(found["text"])
        left -= len(value)
        return value if left > 0 else found[0]

    # Behind the last brace no ${ has an end, and each would look for one as far as the text goes.
    end = text.rfind("}") + 1
    return _VARIABLE.sub(fill, text[:end]) + _BARE.sub(fill, text[end:])
