"""What a text says of its own making, before its words are looked up: who spoke, when, and about whom.

The same words mean another thing at another stage (RFC 5321 section 4.3.2) and about another party: "account
disabled" behind ``535`` is the sender's account, behind ``550`` to RCPT TO the recipient's. So the stage, the
speaker and the party are read first, from the phrases by which Postfix, Exim, sendmail, qmail, Exchange and
the client libraries frame what a server told them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from mailspec.diagnosis.codes import Codes, one_line, read_codes
from mailspec.diagnosis.frames import either, frames
from mailspec.outcome.mail import Stage

Party = Literal["sender", "recipient", "client", "helo"]

_HOST = r"\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_SPEAKERS = tuple(re.compile(words.replace("{host}", f"({_HOST})"), re.IGNORECASE) for words in frames()["speakers"])
_STAGES: tuple[tuple[Stage, re.Pattern[str]], ...] = tuple(
    (entry["stage"], either(entry["words"])) for entry in frames()["stages"]
)
_REFUSED = re.compile(
    r"(Sender address|Recipient address|Client host|Helo command|Unverified Client host)\s+rejected\b:? *",
    re.IGNORECASE,
)
_PARTIES: dict[str, Party] = {
    "sender address": "sender",
    "recipient address": "recipient",
    "client host": "client",
    "unverified client host": "client",
    "helo command": "helo",
}
_NOISE = either(frames()["noise"])
_SENTENCES: dict[str, int] = frames()["sentences"]
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"'`|@]{1,256}@[^\s<>()\[\]:;,\"'`|@]{1,256}")
_PASSED_ON = either(frames()["passed_on"])
# Ports for submission: a server that was asked there is the relay that these settings name, not a recipient's.
_SUBMISSION = re.compile(r"(?::|port:? )(?:465|587|2525|2587|2465)\b")
_GREETING = re.compile(rf"(?:^|[\s:\"'>])220[ -]({_HOST})(?=[\s,]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A text as it was framed. ``line`` is the whole on one line, addresses replaced; ``reason`` what a server
    gave as its reason, where it said which party it refuses (``about``), else the line.

    ``speaker`` is the host that a mail server quotes; ``greeting`` the host that named itself in a greeting;
    ``passed_on`` tells that a mail server speaks of another one, as in a log or a bounce.
    """

    line: str
    reason: str
    codes: Codes
    stage: Stage | None
    about: Party | None
    speaker: str | None
    greeting: str | None
    passed_on: bool


def read(text: str, stage: Stage | None = None, *, delivery: bool = False) -> Statement:
    """Take a text apart. ``stage`` is where it was met, if that is known; it overrules what the text says.

    ``delivery`` tells that the text comes from a bounce or a mail log.
    """
    whole = one_line(text)
    codes = read_codes(whole)
    if codes.basic is None:
        codes = codes._replace(basic=next((code for words, code in _SENTENCES.items() if words in whole), None))
    found = next((name for name, words in _STAGES if words.search(whole)), None)
    speaker = next((match[1] for words in _SPEAKERS if (match := words.search(whole))), None)
    greeting = _GREETING.search(whole)
    line = _ADDRESS.sub("a@b", _NOISE.sub(" ", whole))
    refused = list(_REFUSED.finditer(line))
    last = refused[-1] if refused else None
    return Statement(
        line=line,
        reason=line[last.end() :] if last else line,
        codes=codes,
        stage=stage or found,
        about=_PARTIES[" ".join(last[1].lower().split())] if last else None,
        speaker=speaker.lower() if speaker else None,
        greeting=greeting[1].lower() if greeting else None,
        passed_on=(delivery or bool(_PASSED_ON.search(whole))) and not _SUBMISSION.search(whole),
    )
