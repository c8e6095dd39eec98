"""Alertmanager's alertmanager.yml and Synapse's homeserver.yaml."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from mailspec.importing.files import beside, part, yaml_of
from mailspec.importing.found import Found, Problem, Source, account, host_and_port, truth


def read_alertmanager(path: str) -> Source | Problem:
    """Read the global SMTP settings, and those of receivers that have their own (words of 0.25 and newer)."""
    data = yaml_of(path)
    if isinstance(data, Problem):
        return data
    everyone = part(data, "global")
    authorities = {str(part(entry, "tls_config").get("ca_file")) for _, entry in _entries(data)} - {"None"}
    ca_file = authorities.pop() if len(authorities) == 1 else None
    accounts = []
    if everyone.get("smtp_smarthost"):
        words = {key.removeprefix("smtp_"): value for key, value in everyone.items() if key.startswith("smtp_")}
        accounts.append(_account(words, path, ca_file))
    for receiver, entry in _entries(data):
        if entry.get("smarthost"):
            words = {key.removeprefix("smtp_"): value for key, value in everyone.items() if key.startswith("smtp_")}
            accounts.append(_account({**words, **entry}, path, ca_file, receiver))
    if not accounts:
        return Problem(f"{path} has no smtp_smarthost", "name the alertmanager.yml that is in use")
    return Source("alertmanager", path, tuple(accounts), {"type": "yaml_file", "path": path, "preset": "alertmanager"})


def _entries(data: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    receivers = data.get("receivers") if isinstance(data, dict) else None
    for receiver in receivers if isinstance(receivers, list) else ():
        entries = receiver.get("email_configs") if isinstance(receiver, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                yield str(receiver.get("name")), entry


def _account(words: dict[str, Any], path: str, ca_file: str | None, hint: str = "") -> Found:
    host, port = host_and_port(str(words["smarthost"]))
    required = truth(words.get("require_tls", True))
    # Port 465 means implicit TLS, and smtp_require_tls must be off there (0.25, measured).
    implicit = port == 465 if "force_implicit_tls" not in words else truth(words["force_implicit_tls"])
    password, reference = words.get("auth_password"), None
    if words.get("auth_password_file"):
        password, reference = None, {"file": os.path.abspath(beside(path, str(words["auth_password_file"])))}
    return account(
        host,
        port,
        "tls" if implicit else "starttls" if required else "none",
        username=None if words.get("auth_username") is None else str(words["auth_username"]),
        password=None if password is None else str(password),
        sender=None if words.get("from") is None else str(words["from"]),
        ehlo_name=words.get("hello") if words.get("hello") != "localhost" else None,
        tls={"ca_file": os.path.abspath(beside(path, ca_file))} if ca_file else None,
        reference=reference,
        hint=hint,
    )


def read_synapse(path: str) -> Source | Problem:
    """Read the section ``email`` (Synapse's configuration manual, 1.163)."""
    data = yaml_of(path)
    if isinstance(data, Problem):
        return data
    words = part(data, "email")
    if not words:
        return Problem(f"{path} has no section email", "name the homeserver.yaml that is in use")
    forced, required = truth(words.get("force_tls", False)), truth(words.get("require_transport_security", False))
    clear = not truth(words.get("enable_tls", True))
    notes = []
    if not (forced or required or clear):
        notes.append("Synapse sends in clear where STARTTLS is not offered: require_transport_security is not set")
    sender = str(words.get("notif_from") or "")
    name = str(words.get("app_name") or "Matrix")
    found = account(
        str(words.get("smtp_host") or "localhost"),
        words.get("smtp_port") or (465 if forced else 25),
        "tls" if forced else "none" if clear else "starttls",
        username=None if words.get("smtp_user") is None else str(words["smtp_user"]),
        password=None if words.get("smtp_pass") is None else str(words["smtp_pass"]),
        sender=sender.replace("%(app)s", name),
        notes=tuple(notes),
    )
    return Source("synapse", path, (found,), {"type": "yaml_file", "path": path, "preset": "synapse"})
