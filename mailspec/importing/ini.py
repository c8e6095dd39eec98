"""The INI files of Gitea, Forgejo and Grafana."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mailspec.importing.files import text_of
from mailspec.importing.found import Problem, Source, account, host_and_port, truth
from mailspec.targets.base import TargetProblem
from mailspec.targets.formats.base import keys_in
from mailspec.targets.formats.ini import INI_DIALECTS, IniFile

_NAMED = re.compile(r"%\((\w+)\)s")
_POLICY = {"mandatorystarttls": "starttls", "nostarttls": "none"}


def read_ini(text: str, section: str, dialect: str = "go_ini") -> dict[str, str]:
    """Return the keys of one section, with another key's value for ``%(name)s``."""
    read = keys_in(IniFile(INI_DIALECTS[dialect]), text)
    if isinstance(read, TargetProblem):
        return {}
    found = {key.partition("/")[2]: value or "" for key, value in read.items() if key.partition("/")[0] == section}
    return {key: _NAMED.sub(lambda name: found.get(name[1], name[0]), value) for key, value in found.items()}


def read_gitea(path: str) -> Source | Problem:
    """Read the ``[mailer]`` of Gitea's or Forgejo's app.ini, of 1.18 and newer or with the words before it."""
    values = _section(path, "mailer")
    if isinstance(values, Problem):
        return values
    host, port = host_and_port(values.get("SMTP_ADDR") or values.get("HOST", ""))
    port = int(values["SMTP_PORT"]) if values.get("SMTP_PORT", "").isdecimal() else port
    if not host:
        return Problem(f"{path}: its section mailer names no SMTP_ADDR", "import what Gitea's PROTOCOL uses instead")
    protocol = values.get("PROTOCOL", "").lower()
    security = {"smtps": "tls", "smtp": "none", "smtp+starttls": "starttls"}.get(protocol)
    if security is None and truth(values.get("IS_TLS_ENABLED", "")):
        security = "tls"
    notes = []
    if security in (None, "starttls") and port != 465:
        notes.append("Gitea takes STARTTLS where it is offered and sends in clear where it is not")
    found = account(
        host,
        port,
        security,
        username=values.get("USER"),
        password=values.get("PASSWD"),
        sender=values.get("FROM"),
        tls={"validate_certs": False} if truth(values.get("FORCE_TRUST_SERVER_CERT", "")) else None,
        envelope_from=values.get("ENVELOPE_FROM") if "@" in values.get("ENVELOPE_FROM", "") else None,
        ehlo_name=values.get("HELO_HOSTNAME"),
        off=not truth(values.get("ENABLED", "")),
        notes=tuple(notes),
    )
    return Source("gitea", path, (found,), {"type": "ini_file", "path": path, "preset": "gitea"})


def read_grafana(path: str) -> Source | Problem:
    """Read the ``[smtp]`` of grafana.ini."""
    values = _section(path, "smtp")
    if isinstance(values, Problem):
        return values
    host, port = host_and_port(values.get("host", ""))
    if not host:
        return Problem(f"{path}: its section smtp names no host", "name the grafana.ini that is in use")
    policy = values.get("startTLS_policy", "")
    security = "tls" if port == 465 else _POLICY.get(policy.lower(), "starttls")
    notes = []
    if security == "starttls" and policy != "MandatoryStartTLS":
        notes.append(f"startTLS_policy '{policy}' sends in clear where STARTTLS is not offered")
    password = values.get("password")
    reference = None
    external = re.fullmatch(r"\$__(file|env)\{(.+)\}", password or "")
    if external is not None:
        password, reference = None, {external[1]: external[2]}
    found = account(
        host,
        port,
        security,
        username=values.get("user"),
        password=password,
        sender=values.get("from_address"),
        name=values.get("from_name"),
        tls={"validate_certs": False} if truth(values.get("skip_verify", "")) else None,
        ehlo_name=values.get("ehlo_identity"),
        reference=reference,
        off=not truth(values.get("enabled", "")),
        notes=tuple(notes),
    )
    return Source("grafana", path, (found,), {"type": "ini_file", "path": path, "preset": "grafana"})


def _section(path: str, section: str) -> Mapping[str, str] | Problem:
    text = text_of(path)
    if isinstance(text, Problem):
        return text
    values = read_ini(text, section)
    return values or Problem(f"{path} has no section {section}", f"name the file whose section is {section}")
