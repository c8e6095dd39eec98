"""``xdg-email`` (xdg-utils): opens a draft in the desktop's mail program. It has no From, so nobody can send as."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage

from mailspec.mail.local.program import Ended, Handover, run_program

# xdg-email(1), "Exit codes".
_CODES = {
    1: "it was called wrongly",
    2: "a file is missing",
    3: "it finds no mail program: there is no desktop, or none is chosen in it",
    4: "the mail program failed",
}


def run(program: str, message: EmailMessage, recipients: Sequence[str], seconds: float) -> Handover:
    """Open a draft of the message with its text, its subject and its recipients."""
    if any(address.startswith("-") for address in recipients):
        return Handover("it would take the address for an option", "config_invalid", "address")
    body = str(message.get_content()).replace("\r\n", "\n")
    arguments = [program, "--utf8", "--subject", str(message["Subject"]), "--body", body, *recipients]
    ended = run_program(arguments, b"", seconds)
    if not isinstance(ended, Ended):
        return ended
    if ended.code == 0:
        return Handover(words=ended.words)
    reason = _CODES.get(ended.code, "it failed")
    return Handover(f"{reason} (exit {ended.code})", "config_invalid", "local_client", ended.words)
