"""By what a secret is known again, however a reference to it is spelled."""

from __future__ import annotations

import json
import posixpath
import shutil
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from mailspec.files.opening import declared_path, follow_links
from mailspec.secrets.registry import BACKENDS

_PATHS = frozenset({"file", "age", "sops"})


Real = Callable[[str], str]


def secret_keys(reference: Mapping[str, Any], root: str, real: Real | None = None) -> tuple[str, ...]:
    """Return the keys of a reference: two that share one read the same secret. ``root`` is the project's folder, and
    ``real`` says where a declared path leads in another version of it than today's.

    A path counts as it is written, without detours, and as it is once links are followed; a program as the file that
    it is, and its words without detours; an Ansible Vault value by what is encrypted.
    """
    word = next((name for name in reference if name in BACKENDS), "")
    value = reference.get(word)
    if word in _PATHS and isinstance(value, str):
        path, mark, field = value.rpartition("#") if word == "sops" else (value, "", "")
        places = _places(path, root) if real is None else (declared_path(root, path), real(path))
        return _keys(word, *((place + mark + field) for place in places))
    if word == "command" and isinstance(value, list) and value:
        program, *more = map(str, value)
        words = [_plain(part) for part in more]
        return _keys(word, *([place, *words] for place in _programs(program, root)))
    if word == "vault" and isinstance(value, str):
        path, mark, field = value.rpartition("#")
        return _keys(word, _plain(path).strip("/") + mark + field)
    if word == "ansible_vault" and isinstance(value, str):
        from mailspec.secrets.ansible_vault_format import parse

        sealed = parse(value)
        return _keys(word, value if isinstance(sealed, str) else sealed.ciphertext.hex())
    return _keys(word, value if word else dict(reference))


def _keys(word: str, *values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(json.dumps([word, value], sort_keys=True, default=str) for value in values))


@lru_cache(maxsize=4096)
def _places(path: str, root: str) -> tuple[str, ...]:
    plain = declared_path(root, path)
    try:
        return plain, follow_links(plain)
    except (OSError, ValueError):
        return (plain,)


@lru_cache(maxsize=1024)
def _programs(program: str, root: str) -> tuple[str, ...]:
    """Return a program's name, and its file where there is one."""
    if "/" in program:
        return *_places(program, root), posixpath.basename(program)
    found = shutil.which(program)
    return (program,) if found is None else (program, *_places(found, root))


def _plain(word: str) -> str:
    return posixpath.normpath(word) if "/" in word else word
