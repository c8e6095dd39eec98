"""Postfix as a relay: what ``postconf`` and ``postmap`` say of a configuration folder (postconf(5), TLS_README)."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from typing import Any, NamedTuple

from mailspec.files.opening import MIB
from mailspec.importing.files import in_checkout, led_out, text_of
from mailspec.importing.found import BUNDLES, Found, Problem, Source, account, port_of, truth, with_sender
from mailspec.targets.formats.lines import LoginMap, MainCf, MasterCf, TextHash

_SECONDS = 20.0
_HOP = re.compile(r"\[?(?P<host>[^\[\]]+?)\]?(?::(?P<port>[A-Za-z0-9]+))?")
_SERVICES = {"smtp": 25, "submission": 587, "smtps": 465, "submissions": 465}
_TEXT = frozenset({"texthash", "hash", "lmdb", "btree", "cdb", "dbm"})  # made of a text file beside them
_VERIFIES = frozenset({"secure", "verify", "dane-only", "fingerprint"})


class _Transport(NamedTuple):
    """What main.cf or a service of master.cf says of a client."""

    wrapped: bool
    level: str
    ca_file: str
    helo: str


class _Folder:
    """One configuration folder."""

    def __init__(self, folder: str, main: Mapping[str, str], services: Mapping[str, str]) -> None:
        self.folder = folder
        self.main = main
        self.services = services
        self.notes: list[str] = []

    def table(self, parameter: str) -> dict[str, str]:
        """Return all entries of a parameter's maps; those that cannot be listed are noted."""
        found: dict[str, str] = {}
        for word in reversed(self.main.get(parameter, "").replace(",", " ").split()):
            kind, _, path = word.partition(":")
            if kind in _TEXT and path:
                found |= self._entries(kind, path)
            else:
                self.notes.append(f"{parameter}: {kind} cannot be listed, and is left out")
        return found

    def _entries(self, kind: str, path: str) -> dict[str, str]:
        away = led_out(path)
        if away is not None:
            self.notes.append(away.message)
            return {}
        if (kind != "texthash" and os.path.exists(f"{path}.db")) or os.path.exists(f"{path}.lmdb"):
            listed = _run("postmap", "-c", self.folder, "-s", f"{kind}:{path}")
            if isinstance(listed, str):
                pairs = (line.partition("\t") for line in listed.splitlines())
                return {key: value for key, _, value in pairs}
        text = text_of(path)
        if isinstance(text, Problem):
            self.notes.append(text.message)
            return {}
        return {key: value or "" for key, value in TextHash().parse(text).items()}

    def transport(self, name: str) -> _Transport:
        """Return what a service of master.cf says, on top of main.cf."""
        words = self.services.get(f"{name}/unix", "").split()
        options = [words[at + 1] for at, word in enumerate(words[:-1]) if word == "-o"]
        own = {key: value for key, _, value in (option.partition("=") for option in options)}
        words_of = {**self.main, **own}
        return _Transport(
            truth(words_of.get("smtp_tls_wrappermode", "no")),
            words_of.get("smtp_tls_security_level") or ("may" if truth(words_of.get("smtp_use_tls", "")) else "none"),
            words_of.get("smtp_tls_CAfile", ""),
            words_of.get("smtp_helo_name", ""),
        )


def read_postfix(path: str) -> Source | Problem:
    """Read the default relay and those of senders. ``path`` is the folder, or its main.cf."""
    folder = os.path.dirname(path) if os.path.basename(path) == "main.cf" else path
    main = _parameters(folder)
    if isinstance(main, Problem):
        return main
    master = text_of(os.path.join(folder, "master.cf"))
    services = {} if isinstance(master, Problem) else MasterCf().parse(master)
    read = _Folder(folder, main, {key: value or "" for key, value in services.items()})
    maps = _Maps(read)
    relay = main.get("relayhost", "")
    name = main.get("default_transport", "smtp").partition(":")[0]
    off = name == "error"
    accounts = [maps.account(relay, name, None, off=off)] if relay else []
    for sender in dict.fromkeys([*maps.relays, *maps.transports]):
        hop = maps.relays.get(sender) or maps.transports.get(sender, "").partition(":")[2] or relay
        transport = maps.transports.get(sender, "").partition(":")[0] or name
        if hop:
            accounts.append(maps.account(hop, transport, sender, off=off))
    if not accounts:
        return Problem(
            f"{folder}: Postfix relays through no server", "nothing is to be imported where it delivers itself"
        )
    accounts = _joined(accounts, relay)
    domain = main.get("mydomain") or main.get("myhostname", "").partition(".")[2]
    accounts[0] = with_sender(accounts[0], domain, "Postfix")
    return Source("postfix", folder, tuple(accounts), {"type": "postfix", "path": folder}, tuple(read.notes))


def _joined(accounts: list[Found], relay: str) -> list[Found]:
    """Return the accounts with the default's sender known: it is the one whose relay and login are the default's."""
    if not relay or len(accounts) < 2:
        return accounts
    first, others = accounts[0], accounts[1:]
    for other in others:
        data = dict(other.data)
        sender = data.pop("from", None)
        if data == dict(first.data) and other.password == first.password:
            joined = Found({**data, "from": sender}, first.password, None, first.off, "", first.notes)
            return [joined, *(account for account in others if account is not other)]
    return accounts


class _Maps:
    """The tables that decide by sender and by next hop."""

    def __init__(self, folder: _Folder) -> None:
        main = folder.main
        self.folder = folder
        self.relays = folder.table("sender_dependent_relayhost_maps")
        self.transports = folder.table("sender_dependent_default_transport_maps")
        self.policies = folder.table("smtp_tls_policy_maps")
        signs_in = truth(main.get("smtp_sasl_auth_enable", "no"))
        self.logins = folder.table("smtp_sasl_password_maps") if signs_in else {}
        self.by_sender = truth(main.get("smtp_sender_dependent_authentication", "no"))

    def account(self, hop: str, transport: str, sender: str | None, *, off: bool = False) -> Found:
        """Return the account of a next hop, as the client of a transport treats it."""
        found = _HOP.fullmatch(hop.strip())
        host = hop if found is None else found["host"]
        word = "" if found is None else found["port"] or ""
        port = port_of(word) or _SERVICES.get(word, 25)
        client = self.folder.transport(transport)
        notes: list[str] = []
        security, tls = self._tls(hop, client, notes)
        if client.ca_file and client.ca_file not in BUNDLES and security != "none":
            tls["ca_file"] = client.ca_file
        if "[" not in hop:
            notes.append(f"Postfix asks for the MX of {host}; mailspec connects to {host} itself")
        login = (self.logins.get(sender or "") if self.by_sender else None) or self.logins.get(hop.lower(), "")
        pairs = LoginMap().parse(f"x {login}\n") if login else {}
        helo = client.helo if client.helo and "$" not in client.helo else None
        return account(
            host,
            port,
            security,
            username=pairs.get("x/user"),
            password=pairs.get("x/password"),
            sender=sender if sender and "@" in sender[1:] else None,
            tls=tls,
            ehlo_name=helo,
            off=off,
            hint=(sender or "").removeprefix("@"),
            notes=tuple(notes),
            may_send_as=[f"*{sender}"] if sender and sender.startswith("@") else None,
        )

    def _tls(self, hop: str, client: _Transport, notes: list[str]) -> tuple[str, dict[str, Any]]:
        level, *options = (self.policies.get(hop.lower()) or client.level).split()
        words = dict(option.partition("=")[::2] for option in options)
        tls: dict[str, Any] = {}
        if client.wrapped:
            # The policy of a server counts for its wrapped client too, but for the level none.
            level = client.level if level in ("none", "may") else level
        elif level == "none":
            return "none", tls
        if level == "may":
            notes.append("Postfix sends in clear where STARTTLS is not offered (level may); mailspec requires it")
        if level not in _VERIFIES:
            tls["validate_certs"] = False
            if level == "encrypt":
                notes.append("Postfix checks no certificate here (level encrypt)")
        if words.get("servername"):
            tls["server_name"] = words["servername"]
        if words.get("protocols") == ">=TLSv1.3":
            tls["minimum_version"] = "1.3"
        return ("tls" if client.wrapped else "starttls"), tls


def _parameters(folder: str) -> dict[str, str] | Problem:
    """Return main.cf's parameters as Postfix reads them, where it is installed, with ``$name`` filled in.

    ``postconf -x`` would fill in defaults as well, and asks DNS for this machine's name first.
    """
    text = text_of(os.path.join(folder, "main.cf"))
    if isinstance(text, Problem):
        return text
    listed = _run("postconf", "-c", folder, "-n")
    if isinstance(listed, str):
        pairs = (line.partition("=") for line in listed.splitlines())
        found = {key.strip(): value.strip() for key, _, value in pairs}
    else:
        found = {key: value or "" for key, value in MainCf().parse(text).items()}
    names = {**found, "config_directory": folder}
    left = [MIB]
    return {key: _filled(value, names, left) for key, value in found.items()}


def _filled(text: str, names: Mapping[str, str], left: list[int], depth: int = 5) -> str:
    """Return a text with ``$name`` filled in. ``left`` is how many characters may still be: names of names multiply."""

    def fill(mark: re.Match[str]) -> str:
        if mark[0] == "$$":
            return "$"
        name = mark[1] or mark[2]
        if name not in names or not depth or left[0] <= 0:
            return mark[0]
        left[0] -= len(names[name]) + 1
        return _filled(names[name], names, left, depth - 1)

    return re.sub(r"\$(?:\$|(\w+)|[{(](\w+)[})])", fill, text)


def _run(*command: str) -> str | None:
    if in_checkout():
        # The settings name libraries that Postfix's programs load (shlib_directory, dynamicmaps).
        return None
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else done.stdout.decode("utf-8", "surrogateescape")
