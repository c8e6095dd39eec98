"""The sendmail interface, as Postfix and msmtp have it: a message on standard input, the envelope as arguments."""

from __future__ import annotations

from collections.abc import Sequence

from mailspec.diagnosis.diagnose import diagnose
from mailspec.mail.local.program import Ended, Handover, run_program
from mailspec.outcome.mail import Category

# sysexits.h (BSD). 75 is "try later", but Postfix says it of wrong use too ("bad option"), so nothing is tried again.
_CODES: dict[int, tuple[str, Category]] = {
    64: ("it was called wrongly", "config_invalid"),
    65: ("it found the message wrong", "message_rejected_policy"),
    67: ("it knows no such recipient", "recipient_rejected"),
    68: ("it cannot find the host", "dns"),
    69: ("its server is unavailable", "server_unavailable"),
    70: ("it failed inside", "unknown"),
    73: ("it cannot write", "config_invalid"),
    74: ("it cannot read or write, often its own settings", "config_invalid"),
    75: ("it took nothing: it is not ready, or cannot be used this way", "config_invalid"),
    76: ("its server answered wrongly", "server_unavailable"),
    77: ("it was not permitted, or its sign-in was refused", "auth_failed"),
    78: ("its settings are wrong", "config_invalid"),
}
# Codes that stand for a server's refusal: its words, if the program passes them on, say more than the code.
_A_SERVERS = frozenset({65, 69, 70, 76, 77})


def run(program: str, message: bytes, bounces: str, recipients: Sequence[str], seconds: float) -> Handover:
    """Hand a message over.

    The envelope is given in full: without ``-f`` bounces would go to the user of this process, and ``-t`` would read
    recipients from the message, Bcc too. ``-i`` keeps a line with a single dot from ending it.
    """
    content = message.replace(b"\r\n", b"\n")
    ended = run_program([program, "-i", "-f", bounces, "--", *recipients], content, seconds)
    if not isinstance(ended, Ended):
        return ended
    if ended.code == 0:
        return Handover(words=ended.words)
    reason, category = _CODES.get(ended.code, ("it failed", "unknown"))
    seen = diagnose(ended.words) if ended.words and (ended.code in _A_SERVERS or ended.code not in _CODES) else None
    if seen is not None and seen.category != "unknown":
        return Handover(f"{reason} (exit {ended.code})", seen.category, seen.detail, ended.words, seen.advice)
    return Handover(f"{reason} (exit {ended.code})", category, "local_client", ended.words)
