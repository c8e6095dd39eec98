"""msmtp, ssmtp and git send-email."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Mapping
from typing import Any

from mailspec.importing.files import text_of
from mailspec.importing.found import Found, Problem, Source, account, host_and_port, truth
from mailspec.model.smtp import PORT_OF_SECURITY
from mailspec.targets.formats.msmtprc import INHERITS, Msmtprc

_SECONDS = 20.0
_SHELL = re.compile(r"[|&;<>()$`*?~#\\\n]")


def read_msmtp(path: str) -> Source | Problem:
    """Read the accounts of an msmtprc (msmtp(1), 1.8), defaults and inheritance resolved; the default one is first."""
    text = text_of(path)
    if isinstance(text, Problem):
        return text
    accounts = _msmtp_accounts(text)
    default = accounts.pop("default", {})
    inherited = default.pop(INHERITS, None)
    first = inherited or ("default" if default.get("host") else next(iter(accounts), None))
    if first == "default" or (inherited and default):
        accounts = {"default": {**accounts.get(inherited or "", {}), **default}, **accounts}
        first = "default"
    chosen = {name: words for name, words in accounts.items() if words.get("host")}
    chosen.pop("mailspec-off", None)
    if not chosen:
        return Problem(f"{path} has no account with a host", "name the msmtprc that is in use")
    names = sorted(chosen, key=lambda name: name != first)
    found = tuple(_msmtp(chosen[name], name) for name in names)
    return Source("msmtp", path, found, {"type": "msmtp", "path": path})


def _msmtp_accounts(text: str) -> dict[str, dict[str, str]]:
    """Return each account's keywords; what ``defaults`` says holds for those that follow."""
    accounts: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    defaults: dict[str, str] = {}
    for line in text.splitlines():
        parsed = Msmtprc().parse(f"account x\n{line}\n")
        word = line.split(None, 1)[0] if line.split() else ""
        if word == "defaults":
            current = defaults = {}
        elif word == "account":
            name, _, parents = (part.strip() for part in line.split(None, 1)[1].partition(":"))
            current = accounts[name] = dict(defaults)
            if parents and name == "default":
                # Which one it stands for is what counts, and what it says on top of that.
                current = accounts[name] = {INHERITS: parents.split(",")[-1].strip()}
            else:
                for parent in parents.split(","):
                    current |= accounts.get(parent.strip(), {})
        else:
            current |= {key.partition("/")[2]: value or "" for key, value in parsed.items()}
    return accounts


def _msmtp(words: Mapping[str, str], name: str) -> Found:
    secured = truth(words.get("tls", "off"))
    explicit = truth(words.get("tls_starttls", "on"))
    auth = words.get("auth", "off").lower()
    method = {"cram-md5": "cram_md5", "login": "login", "plain": "plain", "on": "plain"}.get(auth)
    signs_in = auth not in ("off", "")
    tls: dict[str, Any] = (
        {"ca_file": words["tls_trust_file"]} if words.get("tls_trust_file", "system") != "system" else {}
    )
    if secured and not truth(words.get("tls_certcheck", "on")):
        tls["validate_certs"] = False
    if words.get("tls_host_override"):
        tls["server_name"] = words["tls_host_override"]
    reference = None
    if signs_in and words.get("passwordeval"):
        reference = {"command": command_of(words["passwordeval"])}
    notes = (f"its method {auth} is none of mailspec's",) if signs_in and method is None else ()
    return account(
        words["host"],
        words.get("port"),
        "none" if not secured else "starttls" if explicit else "tls",
        username=words.get("user") if signs_in else None,
        password=words.get("password") if signs_in else None,
        method=method,
        sender=words.get("from") if "*" not in words.get("from", "") else None,
        tls=tls,
        ehlo_name=words.get("domain") if words.get("domain") != "localhost" else None,
        reference=reference,
        hint=name,
        notes=notes,
    )


def command_of(text: str) -> list[str]:
    """Return a shell's line as a command without a shell, or by one where it needs one."""
    try:
        return ["sh", "-c", text] if _SHELL.search(text) else shlex.split(text)
    except ValueError:
        return ["sh", "-c", text]


def read_ssmtp(path: str) -> Source | Problem:
    """Read ssmtp.conf (ssmtp.conf(5), 2.64)."""
    text = text_of(path)
    if isinstance(text, Problem):
        return text
    words: dict[str, str] = {}
    for line in text.splitlines():
        key, equal, value = line.partition("=")
        if equal and not line.lstrip().startswith("#"):
            words[key.strip().lower()] = value.strip()
    host, port = host_and_port(words.get("mailhub", ""))
    if not host:
        return Problem(f"{path} names no mailhub", "name the ssmtp.conf that is in use")
    implicit, explicit = truth(words.get("usetls", "")), truth(words.get("usestarttls", ""))
    domain = words.get("rewritedomain")
    found = account(
        host,
        port or 25,
        "starttls" if explicit else "tls" if implicit else "none",
        username=words.get("authuser"),
        password=words.get("authpass"),
        method={"login": "login", "cram-md5": "cram_md5"}.get(words.get("authmethod", "").lower()),
        sender=f"root@{domain}" if domain else None,
        ehlo_name=words.get("hostname") if "." in words.get("hostname", "") else None,
        notes=("ssmtp checks no certificate; mailspec does",) if implicit or explicit else (),
    )
    return Source("ssmtp", path, (found,))


def read_git(path: str) -> Source | Problem:
    """Read ``sendemail`` of a git configuration file; an identity is an account of its own (git-send-email(1))."""
    place = ["--global"] if path == "--global" else ["--file", path]
    try:
        command = ["git", "config", *place, "--list", "--null"]
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return Problem("git cannot be run here", "install git")
    if done.returncode:
        return Problem(f"git cannot read {path}", "correct it first")
    identities: dict[str, dict[str, str]] = {"": {}}
    for entry in done.stdout.decode("utf-8", "surrogateescape").split("\0"):
        key, _, value = entry.partition("\n")
        section, _, rest = key.partition(".")
        name, _, word = rest.rpartition(".")
        if section == "sendemail":
            identities.setdefault(name, {})[word.lower()] = value
    everyone = identities[""]
    accounts = []
    for name, own in identities.items():
        words = {**everyone, **own}
        if "/" not in words.get("smtpserver", "/") and (not name or own):
            accounts.append(_git(words, name))
    if not accounts:
        return Problem(f"{path} has no sendemail.smtpServer", "name the git configuration that has it")
    target = {"type": "git_send_email", "path": path} if path != "--global" else None
    return Source("git", path, tuple(accounts), target)


def _git(words: Mapping[str, str], name: str) -> Found:
    security = {"tls": "starttls", "ssl": "tls"}.get(words.get("smtpencryption", "").lower(), "none")
    authorities = words.get("smtpsslcertpath")
    auth = words.get("smtpauth", "").lower()
    user = None if auth == "none" else words.get("smtpuser")
    return account(
        words["smtpserver"],
        words.get("smtpserverport") or PORT_OF_SECURITY[security],
        security,
        username=user,
        password=words.get("smtppass"),
        method={"login": "login", "cram-md5": "cram_md5"}.get(auth),
        sender=words.get("from") or words.get("smtpuser"),
        tls={"ca_file": authorities} if authorities and security != "none" else None,
        envelope_from=words.get("envelopesender") if "@" in words.get("envelopesender", "") else None,
        ehlo_name=words.get("smtpdomain"),
        hint=name,
        notes=() if words.get("smtppass") or not user else ("git asks for the password each time",),
    )
