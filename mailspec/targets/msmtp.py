"""Targets of type ``msmtp``: an account a configuration, person and mailing (msmtp(1), run with 1.8.23).

``path`` is ``/etc/msmtprc`` for everyone on the machine, or one person's file with ``person``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from mailspec.outcome.plan import Json
from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import Part, Rendered, TargetProblem, WrittenValue
from mailspec.targets.files.place import locate
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.formats.msmtprc import INHERITS, Msmtprc
from mailspec.targets.reloading import run_proof
from mailspec.targets.scope import Scope, SendingObject
from mailspec.targets.senders import login_of, senders_of, two_of_a_name, unfit

_OFF_NAME = "mailspec-off"
_OFF = {"host": "mailspec-off.invalid", "from": "off@mailspec-off.invalid"}  # RFC 2606: no such host can be

_REPLACED = re.compile("%[UHCM]")  # msmtp(1), "domain" and "from"; nothing stands for a plain % there


class Msmtp(FilesTarget):
    """msmtp takes the account whose ``from`` is the envelope sender, else the default one."""

    default_path: ClassVar = "/etc/msmtprc"

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return the file. Who may read it sees the passwords, so a new one is the owner's alone."""
        return {"": Part(target.path, Msmtprc())}

    def proof_command(self, target: TargetDesired, root: Path) -> list[str]:
        """Return what has msmtp read the file; it ends with 78 where it does not understand a line.

        While it reads, it runs what ``eval`` and ``passwordeval`` name (msmtp(1)).
        """
        return ["msmtp", "-C", str(locate(target.path, root).path), "--pretend", "nobody@invalid.invalid"]

    def prove(
        self,
        target: TargetDesired,
        root: Path,
        values: Mapping[str, WrittenValue | None],  # noqa: ARG002
    ) -> str | TargetProblem:
        """Ask msmtp to read the file."""
        return run_proof(self.proof_command(target, root))

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the accounts of everyone, or of one person."""
        senders = senders_of(declared, scope)
        if isinstance(senders, TargetProblem):
            return senders
        default, chosen = senders
        if default is not None and all(account.object != default.object for account in chosen):
            return unfit(default, "") or TargetProblem(
                f"{default.object} has no sender, by which msmtp chooses an account", "give it a from address"
            )
        keys: dict[str, Json] = {}
        twice = two_of_a_name(chosen, _name)
        if twice is not None:
            return twice
        for account in chosen:
            lines = _lines(account)
            if isinstance(lines, TargetProblem):
                return lines
            keys |= {f"{_name(account)}/{key}": value for key, value in lines.items()}
        if default is None:
            keys |= {f"{_OFF_NAME}/{key}": value for key, value in _OFF.items()}
        keys[f"default/{INHERITS}"] = _OFF_NAME if default is None else _name(default)
        return Rendered(keys, (), (), tuple(account.object for account in chosen))


def _name(account: SendingObject) -> str:
    """Return an account's name in the file: letters, digits and a few signs.

    ``default`` is msmtp's own name for the account that is taken where none fits; it refuses a second one.
    """
    name = re.sub(r"[^a-z0-9@._+-]+", "-", account.object.replace("configuration:", "").replace(":", "-").lower())
    return f"configuration-{name}" if name in ("default", _OFF_NAME) else name


def _lines(account: SendingObject) -> dict[str, Json] | TargetProblem:
    settings = account.settings
    wrong = unfit(account, "msmtp would keep it in the file")
    if wrong is not None:
        return wrong
    if not set("*?[").isdisjoint(account.envelope_sender or ""):
        return TargetProblem(
            f"the sender of {account.object} is a pattern to msmtp, so that mail of others would take this account",
            "write an address without *, ? and [",
        )
    if _REPLACED.search(account.envelope_sender or "") or _REPLACED.search(str(settings.ehlo_name or "")):
        return TargetProblem(
            f"the sender or the ehlo_name of {account.object} has %U, %H, %C or %M in it, which msmtp replaces",
            "write it without",
        )
    secured = settings.security != "none"
    lines: dict[str, Json] = {
        "host": str(settings.host),
        "port": str(settings.port),
        "from": account.envelope_sender,
        "tls": "on" if secured else "off",
        "tls_starttls": "on" if settings.security == "starttls" else "off",
        # "on" would choose a method by itself and refuse to sign in without TLS.
        "auth": "off",
    }
    if secured:
        lines["tls_certcheck"] = "off" if settings.tls.validate_certs is False else "on"
    if settings.tls.ca_file and secured:
        lines["tls_trust_file"] = str(settings.tls.ca_file)
    if settings.tls.server_name and secured:
        lines["tls_host_override"] = str(settings.tls.server_name)
    if settings.ehlo_name:
        lines["domain"] = str(settings.ehlo_name)
    login = login_of(settings)
    if login is not None:
        lines["auth"] = {"cram_md5": "cram-md5"}.get(str(settings.auth.method), str(settings.auth.method))
        lines["user"], lines["password"] = login
    return lines
