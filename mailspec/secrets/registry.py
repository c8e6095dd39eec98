"""Every secret backend by the word that names it in the Spec."""

from __future__ import annotations

from mailspec.secrets.age import resolve_age
from mailspec.secrets.ansible_vault import resolve_ansible_vault
from mailspec.secrets.base import Backend
from mailspec.secrets.command import resolve_command
from mailspec.secrets.entry_points import resolve_plugin
from mailspec.secrets.env import resolve_env
from mailspec.secrets.file import resolve_file
from mailspec.secrets.keyring import resolve_keyring
from mailspec.secrets.sops import resolve_sops
from mailspec.secrets.vault import resolve_vault

BACKENDS: dict[str, Backend] = {
    "env": resolve_env,
    "file": resolve_file,
    "keyring": resolve_keyring,
    "vault": resolve_vault,
    "sops": resolve_sops,
    "age": resolve_age,
    "command": resolve_command,
    "ansible_vault": resolve_ansible_vault,
    "plugin": resolve_plugin,
}
