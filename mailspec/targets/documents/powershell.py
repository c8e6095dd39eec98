"""The script of a ``microsoft365`` target: one statement a right, in a form that is read back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mailspec.targets.base import Format, TargetProblem
from mailspec.targets.documents.document import NOT_OURS
from mailspec.targets.formats.base import checked

SEND_AS, SEND_ON_BEHALF, SMTP_AUTH = "send-as", "send-on-behalf", "SmtpClientAuthenticationDisabled"
_TITLE = "# Rights of mailboxes, made by mailspec. To be reviewed, then run with: pwsh -File FILE [-WhatIf]"
_HEAD = f"""\
{_TITLE}
# It may be run again: what is there already stays. Nothing but what is named below is changed.
#Requires -Modules ExchangeOnlineManagement
[CmdletBinding(SupportsShouldProcess)]
param()
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Connect-ExchangeOnline -ShowBanner:$false

function Grant-SendAs([string]$Mailbox, [string]$Trustee) {{
    if (Get-RecipientPermission -Identity $Mailbox -Trustee $Trustee -AccessRights SendAs) {{ return }}
    $null = Add-RecipientPermission -Identity $Mailbox -Trustee $Trustee -AccessRights SendAs `
        -Confirm:$false -WhatIf:$WhatIfPreference
}}

function Revoke-SendAs([string]$Mailbox, [string]$Trustee) {{
    if (-not (Get-Recipient -Identity $Mailbox -ErrorAction SilentlyContinue)) {{ return }}
    if (-not (Get-RecipientPermission -Identity $Mailbox -Trustee $Trustee -AccessRights SendAs)) {{ return }}
    Remove-RecipientPermission -Identity $Mailbox -Trustee $Trustee -AccessRights SendAs `
        -Confirm:$false -WhatIf:$WhatIfPreference
}}

function Grant-SendOnBehalf([string]$Mailbox, [string]$Trustee) {{
    Set-Mailbox -Identity $Mailbox -GrantSendOnBehalfTo @{{ Add = $Trustee }} `
        -WhatIf:$WhatIfPreference -WarningAction SilentlyContinue
}}

function Revoke-SendOnBehalf([string]$Mailbox, [string]$Trustee) {{
    if (-not (Get-Mailbox -Identity $Mailbox -ErrorAction SilentlyContinue)) {{ return }}
    Set-Mailbox -Identity $Mailbox -GrantSendOnBehalfTo @{{ Remove = $Trustee }} `
        -WhatIf:$WhatIfPreference -WarningAction SilentlyContinue
}}

function Enable-SmtpAuth([string]$Mailbox) {{
    Set-CASMailbox -Identity $Mailbox -SmtpClientAuthenticationDisabled $false -WhatIf:$WhatIfPreference
}}

function Reset-SmtpAuth([string]$Mailbox) {{
    # Empty: the organization's setting holds again.
    if (-not (Get-CASMailbox -Identity $Mailbox -ErrorAction SilentlyContinue)) {{ return }}
    Set-CASMailbox -Identity $Mailbox -SmtpClientAuthenticationDisabled $null -WhatIf:$WhatIfPreference
}}
"""
_GIVEN = {"Grant-SendAs": SEND_AS, "Grant-SendOnBehalf": SEND_ON_BEHALF, "Enable-SmtpAuth": SMTP_AUTH}
_TAKEN = {"Revoke-SendAs": SEND_AS, "Revoke-SendOnBehalf": SEND_ON_BEHALF, "Reset-SmtpAuth": SMTP_AUTH}
_VALUE = {SEND_AS: "granted", SEND_ON_BEHALF: "granted", SMTP_AUTH: "false"}
_PARTS = {SEND_AS: 2, SEND_ON_BEHALF: 2, SMTP_AUTH: 1}
_WORD = r"'((?:[^']|'')*+)'"
_STATEMENT = re.compile(rf"^([A-Z][a-zA-Z]*-[A-Za-z]+) {_WORD}(?: {_WORD})?$", re.MULTILINE)
# Windows PowerShell reads a file without a mark in the machine's own code page, where a byte of another letter may be
# one of the quotes that it knows (about_Character_Encoding, about_Quoting_Rules); Exchange's addresses are ASCII.
_UNFIT = re.compile(r"[^ -~]")


class Script(Format):
    """A script as a format. What goes from the keys is taken away by a statement that stays until it is given again."""

    def parse(self, text: str) -> dict[str, str | None]:
        """Return the rights that the script gives."""
        return {key: _VALUE[key.partition("/")[0]] for key in _statements(text, _GIVEN)}

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Return the script of what is wanted, with the removal of what it gave before."""
        if text.strip() and not text.startswith(_TITLE):
            return NOT_OURS
        given = {key for key, value in wanted.items() if value is not None}
        before = {*_statements(text, _TAKEN), *_statements(text, _GIVEN), *wanted}
        for key in sorted(before):
            if key.count("/") != _PARTS[key.partition("/")[0]] or _UNFIT.search(key):
                return TargetProblem(f"no script can hold {key!a}", "write an address in ASCII, as Exchange has them")
        parts = [_HEAD]
        for title, keys, words in (
            ("What mailspec gave earlier and is no longer declared", before - given, _TAKEN),
            ("What is declared", given, _GIVEN),
        ):
            lines = [_line(key, words) for key in sorted(keys)]
            parts += [f"\n# {title}\n", *lines] if lines else []
        return checked(self, "", "".join(parts), wanted)


def _statements(text: str, words: Mapping[str, str]) -> list[str]:
    return [
        "/".join([words[name], *(part.replace("''", "'") for part in parts if part)])
        for name, *parts in _STATEMENT.findall(text)
        if name in words
    ]


def _line(key: str, words: Mapping[str, str]) -> str:
    right, *parts = key.split("/")
    name = next(name for name, meant in words.items() if meant == right)
    quoted = " ".join("'" + part.replace("'", "''") + "'" for part in parts)
    return f"{name} {quoted}\n"
