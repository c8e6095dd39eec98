"""Targets of type ``git_send_email``: who sends patches through what (git-send-email(1), run with 2.39).

``path`` is a configuration of Git, such as ``/home/alice/.gitconfig``. The default is the configuration, or the one
``person``; everything else that sends is an identity, chosen by ``git send-email --identity=NAME``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mailspec.outcome.plan import Json
from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import Part, Rendered, TargetProblem
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.formats.ini import GitConfig, IniFile
from mailspec.targets.scope import Scope, SendingObject
from mailspec.targets.senders import login_of, senders_of, two_of_a_name, unfit
from mailspec.text.address import format_address

_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_OFF = "mailspec-off.invalid"  # RFC 2606: no such host can be
_ENCRYPTION = {"tls": "ssl", "starttls": "tls", "none": ""}
_WORDS = (
    *("smtpserver", "smtpserverport", "smtpencryption", "smtpuser", "smtppass", "smtpauth", "smtpsslcertpath"),
    *("smtpdomain", "from", "envelopesender"),
)


class GitSendEmail(FilesTarget):
    """Writes the sections ``[sendemail]`` and ``[sendemail "NAME"]`` of one file of Git's; all others stay."""

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return the file."""
        return {"": Part(target.path, IniFile(GitConfig()))}

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the default and an identity each for the others, or one person alone."""
        if not declared.get("path"):
            return TargetProblem("it has no path", "write a file of Git's, such as path: /home/alice/.gitconfig")
        senders = senders_of(declared, scope)
        if isinstance(senders, TargetProblem):
            return senders
        default, chosen = senders
        keys: dict[str, Json] = {f"sendemail/{word}": None for word in _WORDS}
        if default is None:
            keys["sendemail/smtpserver"] = _OFF
        sections = [("sendemail", default)] if default is not None else []
        others = [] if declared.get("person") else chosen
        twice = two_of_a_name(others, _name)
        if twice is not None:
            return twice
        sections += [(f'sendemail "{_name(account)}"', account) for account in others]
        own = default is not None and default.settings.tls.ca_file is not None
        bundle = str(declared.get("ca_bundle") or _BUNDLE) if own else None
        for section, account in sections:
            lines = _lines(account, bundle)
            if isinstance(lines, TargetProblem):
                return lines
            keys |= {f"{section}/{word}": value for word, value in lines.items()}
        return Rendered(keys, (), (), tuple(dict.fromkeys(account.object for _, account in sections)))


def _name(account: SendingObject) -> str:
    """Return an identity: letters, digits and a few signs."""
    return re.sub(r"[^a-z0-9@._+-]+", "-", account.name.lower())


def _lines(account: SendingObject, bundle: str | None) -> dict[str, Json] | TargetProblem:
    """Return an account's words. An identity takes from the default what it does not say: login and authority.

    ``bundle`` is what it trusts where the default has an authority of its own.
    """
    settings = account.settings
    wrong = unfit(account, "Git would keep it in the file")
    if wrong is not None:
        return wrong
    email, name = settings.from_.email, settings.from_.name
    lines: dict[str, Json] = {
        "smtpserver": str(settings.host),
        "smtpserverport": str(settings.port),
        "smtpencryption": _ENCRYPTION[str(settings.security)],
        "from": format_address(None if name is None else str(name), str(email)) if email else None,
        "envelopesender": account.envelope_sender,
    }
    if settings.security != "none":
        if settings.tls.validate_certs is False:
            lines["smtpsslcertpath"] = ""  # empty: no certificate is checked
        elif settings.tls.ca_file or bundle:
            lines["smtpsslcertpath"] = str(settings.tls.ca_file or bundle)
    if settings.ehlo_name:
        lines["smtpdomain"] = str(settings.ehlo_name)
    lines["smtpauth"] = "none"  # git-send-email(1): no sign-in, even if a user is known
    login = login_of(settings)
    if login is not None:
        lines["smtpuser"], lines["smtppass"] = login
        lines["smtpauth"] = {"cram_md5": "CRAM-MD5"}.get(str(settings.auth.method), str(settings.auth.method).upper())
    return lines
