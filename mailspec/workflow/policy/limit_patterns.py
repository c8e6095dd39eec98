"""How a pattern of a limits file is compared: paths as they really are, commands word by word."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from mailspec.files.links import checkouts
from mailspec.files.opening import declared_path, follow_links
from mailspec.secrets.registry import BACKENDS
from mailspec.secrets.vault import has_detour
from mailspec.text.domain import NoDomain, ascii_domain

_WILD = frozenset("*?[")
# The kinds of secrets whose word is a path, before a "#" where there is one.
_PATHS = frozenset({"file", "age", "sops"})


def secret_allowed(reference: Mapping[str, Any], pattern: str, root: str, *, follow: bool = True) -> bool:
    """Tell whether a pattern names a reference; with ``follow`` the file that its path leads to, links followed."""
    kind, colon, text = pattern.partition(":")
    words = [name for name in reference if name in BACKENDS]
    if len(words) != 1:
        return False
    word, value = words[0], reference[words[0]]
    anything = pattern in {"*", f"{word}:*"}
    if word == "command":
        words = [str(part) for part in value] if isinstance(value, list) else []
        return (anything or kind == word) and command_allowed(words, "*" if anything else text)
    if anything:
        return True
    if word in _PATHS:
        if not colon or kind != word or not isinstance(value, str) or "\0" in value:
            return False
        path, mark, field = value.rpartition("#") if word == "sops" else (value, "", "")
        wanted, _, fields = text.rpartition("#") if mark and "#" in text else (text, "", "*")
        plain = declared_path(root, path)
        return fnmatchcase(field, fields) and path_allowed(follow_links(plain) if follow else plain, wanted, root)
    if word == "vault" and has_detour(str(value).rpartition("#")[0]):
        return False
    return fnmatchcase(f"{word}:{value}", pattern)


def path_allowed(real: str, pattern: str, root: str | None = None) -> bool:
    """Tell whether a path whose links were followed is one that a pattern names.

    A relative pattern starts at ``root``, the project, and means what lies in the project itself: a link that a change
    puts there leads to nothing that is allowed. The links of an absolute one are followed, so that ``/var/run/*`` is
    what it is everywhere, but for those of a checkout.

    >>> path_allowed("/run/x", "/run/*"), path_allowed("/run/a/../x", "/etc/*"), path_allowed("/p/s/x", "s/*", "/p")
    (True, False, True)
    """
    if not os.path.isabs(pattern):
        if root is None:
            return pattern == "*"
        return fnmatchcase(real, os.path.join(_quoted(follow_links(root)), os.path.normpath(pattern)))
    if fnmatchcase(real, pattern):
        return True
    fixed, wild = _split(pattern)
    if root is not None and _inside(os.path.abspath(fixed), os.path.abspath(root)):
        # A link in the project is not the runner's.
        return False
    followed = _quoted(_followed(os.path.abspath(fixed)))
    return fnmatchcase(real, os.path.join(followed, wild) if wild else followed)


def _inside(path: str, root: str) -> bool:
    return os.path.commonpath([root, path]) == root


def _followed(path: str) -> str:
    """Return a path with its links followed, but for those below the top of a checkout: they are not the runner's."""
    top = [path, *checkouts(path)][-1]
    return os.path.normpath(os.path.join(follow_links(top), os.path.relpath(path, top)))


def _split(pattern: str) -> tuple[str, str]:
    """Return the folder before the first wild part, and the rest; no rest where nothing is wild."""
    parts = pattern.split("/")
    for index, part in enumerate(parts):
        if not _WILD.isdisjoint(part):
            return "/".join(parts[:index]) or "/", "/".join(parts[index:])
    return pattern, ""


def _quoted(path: str) -> str:
    """Return a path as a pattern that names only itself."""
    return "".join(f"[{letter}]" if letter in _WILD else letter for letter in path)


def host_allowed(host: str, port: int | None, pattern: str) -> bool:
    """Tell whether a host, in small letters as DNS has it, is one that a pattern names, with its port if it has one.

    ``HOST`` is every port of it, ``HOST:PORT`` that one; ``[ADDRESS]:PORT`` for IPv6. A name without a port, such as
    the one in a certificate, is compared by itself.

    >>> host_allowed("mail.acme.example", 587, "*.acme.example"), host_allowed("mail.acme.example", 6379, "*:587")
    (True, False)
    >>> host_allowed("::1", 25, "[::1]:25"), host_allowed("::1", 25, "::1")
    (True, True)
    """
    wanted, colon, number = pattern.rpartition(":")
    if colon and (wanted.startswith("[") or ":" not in wanted):
        if number not in ("*", str(port)) and port is not None:
            return False
        pattern = wanted.removeprefix("[").removesuffix("]")
    return fnmatchcase(host, _as_asked(pattern))


@lru_cache(maxsize=1024)
def _as_asked(pattern: str) -> str:
    """Return a pattern of hosts in small letters as DNS has them; labels that are wild stay, and so does ``[...]``."""
    labels = (
        label if label.isascii() or not _WILD.isdisjoint(label) else ascii_domain(label)
        for label in pattern.lower().split(".")
    )
    # A label that no domain can have names no host.
    return ".".join("/" if isinstance(label, NoDomain) else label for label in labels).removesuffix(".")


def command_allowed(command: Sequence[str], pattern: str) -> bool:
    """Tell whether a command's words are those of a pattern, one pattern a word, in a shell's quotes where needed.

    A word that a wild pattern names takes no detour: ``mail/../other`` is not below ``mail/``.

    >>> command_allowed(["pass", "show", "mail/acme"], "pass show mail/*"), command_allowed(["pass show x"], "pass *")
    (True, False)
    >>> command_allowed(["pass", "show", "mail/../other"], "pass show mail/*")
    False
    """
    if not command or not _plain(command[0]):
        return False
    if pattern == "*":
        return True
    try:
        wanted = shlex.split(pattern)
    except ValueError:
        return False
    return len(wanted) == len(command) and all(map(_word_allowed, command, wanted))


def _word_allowed(word: str, pattern: str) -> bool:
    if word == pattern:
        return True
    return fnmatchcase(word, pattern) and {".", ".."}.isdisjoint(re.split(r"[/=:]", word))


def _plain(program: str) -> bool:
    """Tell whether a program is named by its absolute path without detours, or by a name that PATH finds."""
    return os.path.normpath(program) == program and (os.path.isabs(program) or "/" not in program)
