"""Targets of type ``microsoft365``: a PowerShell script with the rights that a tenant's mailboxes need, to be reviewed.

Cmdlets as in Microsoft's ExchangeOnlineManagement reference, read 2026-11-28: Add-RecipientPermission,
Remove-RecipientPermission, Set-Mailbox -GrantSendOnBehalfTo, Set-CASMailbox -SmtpClientAuthenticationDisabled.
The script is not run by mailspec; what it would remove are rights that an earlier script of the same file gave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from mailspec.model.fields import Settings
from mailspec.outcome.plan import Json
from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import LARGEST, Part, Rendered, TargetProblem
from mailspec.targets.documents.powershell import SEND_AS, SEND_ON_BEHALF, SMTP_AUTH, Script
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.scope import Scope, SendingObject

GRANTED = "granted"
_RIGHTS = {"may_send_as": SEND_AS, "may_send_on_behalf_of": SEND_ON_BEHALF}


class Microsoft365(FilesTarget):
    """Writes one script; rights are keys such as ``send-as/billing@acme.example/alice@acme.example``."""

    not_compared: ClassVar = "drift does not ask the tenant: run the script with -WhatIf to see what it would change"

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return the script. It holds no secret."""
        return {"": Part(target.path, Script(), 0o644)}

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:  # noqa: ARG002
        """Return a key for each right that the declared accounts and mailings need."""
        keys: dict[str, Json] = {}
        patterns: dict[str, None] = {}
        carries: list[str] = []
        for account in scope.accounts:
            login = _login(account)
            if login is None:
                continue
            carries.append(account.object)
            if len(keys) > LARGEST // len(SMTP_AUTH):  # a target of that size is refused as a whole
                break
            for right, mailbox in _wanted(account, login):
                if mailbox.startswith("*"):
                    patterns[f"{mailbox} for {login}"] = None
                else:
                    keys[f"{right}/{mailbox}/{login}"] = GRANTED
            if account.sends_by_smtp and account.fields.get(Settings.auth.method) not in ("xoauth2", "oauthbearer"):
                # Without this a mailbox refuses SMTP AUTH; it does not lift the tenant's security defaults.
                keys[f"{SMTP_AUTH}/{login}"] = "false"
        notes = [f"Exchange gives rights by mailbox, so these are not in the script: {', '.join(patterns)}"]
        return Rendered(keys, (), tuple(notes if patterns else ()), tuple(carries))


def _login(account: SendingObject) -> str | None:
    """Return the address of the mailbox that signs in at Microsoft 365, ``None`` for accounts elsewhere."""
    fields = account.fields
    at_microsoft = fields.get("mode") == "office365" or (
        fields.get("provider") == "microsoft365" and fields.get("mode", "smtp") == "smtp"
    )
    login = str(fields.get(Settings.auth.oauth.account) or fields.get(Settings.auth.username) or "").lower()
    return login if at_microsoft and "@" in login else None


def _wanted(account: SendingObject, login: str) -> Iterator[tuple[str, str]]:
    """Yield the rights and mailboxes of what is declared, and of the From that differs from the login."""
    for field, right in _RIGHTS.items():
        declared = account.fields.get(field)
        # A mailing and mobile mail repeat the bulk account's list; its configuration has it already.
        if isinstance(declared, list) and account.kind in ("configuration", "user"):
            yield from ((right, str(address).lower()) for address in declared if address != "*")
    sender = str(account.fields.get(Settings.from_.email) or "").lower()
    if "@" in sender and sender != login:
        # A Sender beside From is how on-behalf mail looks.
        on_behalf = account.fields.get("sender") is not None or account.fields.get("permission") == "send_on_behalf"
        yield (SEND_ON_BEHALF if on_behalf else SEND_AS), sender
