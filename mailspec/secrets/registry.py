"""Every secret backend by the word that names it in the Spec."""

from __future__ import annotations

from mailspec.secrets.base import Backend
from mailspec.secrets.env import resolve_env
from mailspec.secrets.file import resolve_file
from mailspec.secrets.later import not_yet

BACKENDS: dict[str, Backend] = {
    "env": resolve_env,
    "file": resolve_file,
    "keyring": not_yet("keyring"),
    "vault": not_yet("vault"),
    "sops": not_yet("sops"),
    "age": not_yet("age"),
    "command": not_yet("command"),
    "ansible_vault": not_yet("ansible_vault"),
}
