"""``xdg-email`` (xdg-utils): opens a draft in the desktop's mail program. It has no From, so nobody can send as."""

from __future__ import annotations

from collections.abc import Sequence

from mailspec.mail.local.program import Ended, Handover, run_program

# xdg-email(1), "Exit codes".
_CODES = {
    1: "it was called wrongly",
    2: "a file is missing",
    3: "it finds no mail program: there is no desktop, or none is chosen in it",
    4: "the mail program failed",
}


def run(program: str, subject: str, text: str, recipients: Sequence[str], seconds: float) -> Handover:
    """Open a draft of a message."""
    if any(address.startswith("-") for address in recipients):
        return Handover("it would take the address for an option", "config_invalid", "address")
    arguments = [program, "--utf8", "--subject", subject, "--body", text, *recipients]
    ended = run_program(arguments, b"", seconds)
    if not isinstance(ended, Ended):
        return ended
    if ended.code == 0:
        return Handover(words=ended.words)
    reason = _CODES.get(ended.code, "it failed")
    return Handover(f"{reason} (exit {ended.code})", "config_invalid", "local_client", ended.words)
