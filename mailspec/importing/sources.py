"""Which program's file a source is: ``KIND:PATH``, a path by its name and content, or a kind alone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from mailspec.importing.django import read_django
from mailspec.importing.env_files import read_compose, read_env
from mailspec.importing.files import led_out, reading, text_of
from mailspec.importing.found import Problem, Source
from mailspec.importing.ini import read_gitea, read_grafana
from mailspec.importing.mailers import read_git, read_msmtp, read_ssmtp
from mailspec.importing.postfix import read_postfix
from mailspec.importing.presets import read_preset
from mailspec.importing.relays import read_exim, read_nullmailer
from mailspec.importing.yaml_programs import read_alertmanager, read_synapse
from mailspec.programs.presets import PRESETS


class Kind(NamedTuple):
    """One kind of source. ``names`` match a file's name, ``mark`` its text where a name says too little."""

    read: Callable[[str], Source | Problem]
    names: str
    usual: str
    mark: str = ""


KINDS: Mapping[str, Kind] = {
    "postfix": Kind(read_postfix, r"main\.cf", "/etc/postfix"),
    "msmtp": Kind(read_msmtp, r"\.?msmtprc.*|msmtp\.conf|config", "/etc/msmtprc", r"(?m)^\s*(account|defaults)\b"),
    "nullmailer": Kind(read_nullmailer, r"remotes", "/etc/nullmailer"),
    "exim": Kind(read_exim, r"update-exim4\.conf\.conf", "/etc/exim4"),
    "ssmtp": Kind(read_ssmtp, r"ssmtp\.conf", "/etc/ssmtp/ssmtp.conf"),
    "gitea": Kind(read_gitea, r"app.*\.ini", "/etc/gitea/app.ini", r"(?m)^\s*\[mailer\]"),
    "grafana": Kind(read_grafana, r".*\.ini", "/etc/grafana/grafana.ini", r"(?m)^\s*\[smtp\]"),
    "alertmanager": Kind(read_alertmanager, r".*\.ya?ml", "/etc/prometheus/alertmanager.yml", r"\bsmtp_smarthost\b"),
    "synapse": Kind(read_synapse, r".*\.ya?ml", "/etc/matrix-synapse/homeserver.yaml", r"(?m)^email:"),
    "compose": Kind(read_compose, r".*\.ya?ml", "compose.yml", r"(?m)^services:"),
    "git": Kind(read_git, r"\.?gitconfig|config", "--global", r"(?mi)^\s*\[sendemail\b"),
    "django": Kind(read_django, r".*\.py", "settings.py"),
    "env": Kind(read_env, r"\.env.*|.*\.env|environment.*|[^.]+", ".env", r"(?m)^\s*(export\s+)?[A-Za-z_]\w*="),
}
# Kinds that are a folder, by a file in it.
_FOLDERS = {"postfix": "main.cf", "nullmailer": "remotes", "exim": "update-exim4.conf.conf"}


CODE = "django"  # the kind that is code, and is run to be read


def read_source(word: str) -> Source | Problem:
    """Read what a source names, such as ``postfix``, ``app.ini``, ``env:/etc/default/app`` or ``rails:mail.yml``.

    A file of such a name is named ``./postfix``: a checkout may hold any, and would choose what is read.
    """
    kind, colon, rest = word.partition(":")
    if kind in KINDS:
        path = os.path.expanduser(rest) if colon and rest else KINDS[kind].usual
        return KINDS[kind].read(path) if path.startswith("--") else _read(KINDS[kind].read, os.path.abspath(path))
    if kind in PRESETS and colon:
        return _read(partial(read_preset, kind), os.path.abspath(os.path.expanduser(rest)))
    path = os.path.abspath(os.path.expanduser(word))
    return _read(_by_kind, path)


def _read(read: Callable[[str], Source | Problem], path: str) -> Source | Problem:
    """Read a source, and no file out of the checkout that it lies in."""
    with reading(path):
        return led_out(path) or read(path)


def _by_kind(path: str) -> Source | Problem:
    found = kind_of(path)
    if found == CODE:
        # Whoever names a file has not asked for it to be run.
        return Problem(f"{path} is a program, and importing it runs it", f"where that is meant, write {CODE}:{path}")
    return found if isinstance(found, Problem) else KINDS[found].read(path)


def kind_of(path: str) -> str | Problem:
    """Return the kind of a file or folder, by its name and what stands in it."""
    if os.path.isdir(path):
        for word, file in _FOLDERS.items():
            if os.path.exists(os.path.join(path, file)):
                return word
        return Problem(f"{path} is a folder, and none of {', '.join(_FOLDERS)}", "name the program's file")
    text = text_of(path)
    if isinstance(text, Problem):
        return text
    name = os.path.basename(path)
    for word, kind in KINDS.items():
        if re.fullmatch(kind.names, name) and (not kind.mark or re.search(kind.mark, text)):
            return word
    return Problem(
        f"what {path} is cannot be told",
        f"write KIND:PATH with one of {', '.join(KINDS)}, or a preset, such as env:{name}",
    )
