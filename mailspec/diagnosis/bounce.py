"""Whole bounce mails, mail logs and pasted reports -> one diagnosis a recipient.

The report is taken apart by what it is: the fields of RFC 3464 where it has them, else the recipients that
flufl.bounce finds (its rules know Exim, qmail, Exchange, GroupWise and others) with the words that stand beside them.
The words themselves are explained like any other.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.message import Message
from itertools import islice

from mailspec.diagnosis.bounce_text import around, human_part, listed, plain_text, spoken_lines
from mailspec.diagnosis.causes import is_further, replies_in
from mailspec.diagnosis.diagnose import diagnose
from mailspec.outcome.mail import Diagnosis
from mailspec.text.foreign_mail import Unreadable, read_mail

# A report holds a message's header at least; of a large one that was returned whole, the front is enough.
_LONGEST = 512 * 1024
_MOST_RECIPIENTS = 50
# What somebody pasted and is no report: two causes stand near its beginning, or it is a log.
_LONGEST_TEXT = 8192
# Less text than this says nothing: the report is elsewhere.
_SHORT = 160
_HEADER = re.compile(
    r"\s*(?:From |(?:Return-Path|Received|Delivered-To|Date|From|To|Subject|Message-Id|MIME-Version|Content-Type"
    r"|X-[\w-]+|Auto-Submitted|DKIM-Signature|Authentication-Results|Envelope-To|Reporting-MTA):)",
    re.IGNORECASE,
)
_FIELDS = re.compile(r"^(?:Final-Recipient|Diagnostic-Code|Reporting-MTA):", re.IGNORECASE | re.MULTILINE)
# In two steps each: one expression would look through the line once for each place in which it may begin.
_TO = re.compile(r"\bto=<([^>]{0,320})>", re.IGNORECASE)
_STATUS = re.compile(r"\bstatus=(?:bounced|deferred|expired|undeliverable)\b", re.IGNORECASE)
_EXIM = re.compile(r"\w{6}-\w{6,11}-\w{2,4} (?:\*\*|==) <?([^\s>]{1,320}@[^\s>]{1,320}?)>? ")
_REJECT = re.compile(r"\breject(?:_warning)?: \w+ from ", re.IGNORECASE)
_REJECTED = re.compile(r" to=<([^>]{0,320})>", re.IGNORECASE)
_TYPED = re.compile(r"^[\w-]+\s*;\s*")
_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Explained:
    """What became of one recipient. ``recipient`` is ``None`` where the text names none.

    ``action`` is RFC 3464's word for it (section 2.3.3: "failed", "delayed", "delivered" ...), ``None`` where no field
    and no known form of report says it.
    """

    recipient: str | None
    words: str
    diagnosis: Diagnosis
    action: str | None = None


@dataclass(frozen=True, slots=True)
class _Report:
    """One recipient's part of a report. ``candidates`` are its words, the most telling first."""

    recipient: str | None
    candidates: tuple[str, ...]
    delivery: bool = True
    action: str | None = None


def explain(
    text: str,
    *,
    provider: str | None = None,
    host: str | None = None,
    port: int | None = None,
    security: str | None = None,
) -> list[Explained]:
    """Explain a text of any kind: one entry a recipient, or a cause of a text that names none; never none.

    Arguments as for ``diagnose``; never raises.
    """
    reports = list(islice(_reports(text[:_LONGEST]), _MOST_RECIPIENTS))
    known: dict[str, Diagnosis] = {}

    def say(words: str, delivery: bool) -> Diagnosis:
        # Recipients of one report share most of its words.
        if words not in known:
            known[words] = diagnose(
                words, provider=provider, host=host, port=port, security=security, delivery=delivery
            )
        return known[words]

    if reports:
        return [_explained(report, say) for report in reports]
    return _causes(text, say) or [_explained(_Report(None, (text,), delivery=False), say)]


def _causes(text: str, say: Callable[[str, bool], Diagnosis]) -> list[Explained]:
    """Return the causes of a text that tells of more than one; none where there is one."""
    causes: list[Explained] = []
    for reply in replies_in(text) if len(text) <= _LONGEST_TEXT else ():
        found = say(reply, False)
        if is_further([one.diagnosis for one in causes], found):
            causes.append(Explained(None, reply, found))
    return causes if len(causes) > 1 else []


def _explained(report: _Report, say: Callable[[str, bool], Diagnosis]) -> Explained:
    best: Explained | None = None
    for words in report.candidates:
        found = say(words, report.delivery)
        if best is None or _telling(found) > _telling(best.diagnosis):
            # The codes are those of the fields, whichever words say what they mean.
            before = found if best is None else best.diagnosis
            found = replace(
                found,
                smtp_code=found.smtp_code or before.smtp_code,
                enhanced_code=found.enhanced_code or before.enhanced_code,
            )
            best = Explained(report.recipient, " ".join(words.split()), found, report.action)
    return best or Explained(report.recipient, "", diagnose(""), report.action)


def _telling(found: Diagnosis) -> int:
    """Return how much a diagnosis says: nothing, a category, or a detail as well."""
    if found.category == "unknown":
        return 0
    return 2 if found.detail else 1


def _reports(text: str) -> Iterator[_Report]:
    logged = [_Report(match[1], (line,)) for line in text.splitlines() for match in _delivery(line)]
    if logged:
        yield from {report.recipient: report for report in logged}.values()
        return
    if _HEADER.match(text) and re.search(r"\n\r?\n", text):
        yield from _of_mail(text)
    elif _FIELDS.search(text):
        human = human_part(text)
        yield from (_with_human(block, human) for block in _blocks(text))


def _delivery(line: str) -> Iterator[re.Match[str]]:
    to = _TO.search(line)
    if to is not None and _STATUS.search(line, to.end()):
        yield to
    elif (sent := _EXIM.search(line)) is not None:
        yield sent
    elif (refused := _REJECT.search(line)) is not None:
        # The greeting may say the same words before it.
        yield from deque(_REJECTED.finditer(line, refused.end() - 1), maxlen=1)


def _of_mail(text: str) -> Iterator[_Report]:
    # "surrogateescape" keeps bytes that are no UTF-8 for the mail's own character set.
    mail = read_mail(text.encode("utf-8", "surrogateescape"))
    if isinstance(mail, Unreadable):
        yield _Report(None, (f"This mail cannot be read: {mail.reason}.",), delivery=False)
        return
    raw = plain_text(mail)
    fields = [block for part in mail.walk() for block in _status_blocks(part)]
    if not fields and (_FIELDS.search(raw) or len(raw) < _SHORT):
        # Cut off, or not well formed: the fields stand somewhere in the text.
        _, _, body = text.replace("\r\n", "\n").partition("\n\n")
        fields = [block for block in _blocks(body) if "final-recipient" in block or "diagnostic-code" in block]
        raw = raw if raw.strip() else body
    human = human_part(raw)
    if fields:
        yield from (_with_human(block, human) for block in fields)
        return
    known = _failed(mail) or dict.fromkeys(_addresses(mail.get("X-Failed-Recipients", "")), "failed")
    addresses = list(known) or listed(human)
    if addresses:
        beside = ((address, _beside(human, address, addresses)) for address in addresses)
        yield from (_Report(address, words, action=known.get(address)) for address, words in beside)
    elif human.strip():
        yield _Report(None, (*spoken_lines(human), human))


def _beside(human: str, address: str, addresses: list[str]) -> tuple[str, ...]:
    near = list(around(human, address, addresses))
    return (*(line for words in near for line in spoken_lines(words)), *near, *spoken_lines(human), human)


def _with_human(block: dict[str, str], human: str) -> _Report:
    recipient = _address(block.get("original-recipient", "")) or _address(block.get("final-recipient", ""))
    others = [_address(block.get(name, "")) for name in ("final-recipient", "original-recipient")]
    status = _CODE.search(block.get("status", ""))
    spoken = _japanese(_TYPED.sub("", block.get("diagnostic-code", "")))
    # Some write what they mean behind the status or the action, in brackets.
    remarks = " ".join(
        block.get(name, "") for name in ("status", "action", "x-supplementary-info") if "(" in block.get(name, "")
    )
    remote = block.get("remote-mta", "")
    frame = f"Remote-MTA: {remote}\n" if remote else ""
    code = status[0] if status and status[0] not in spoken and not status[0].endswith(".0.0") else ""
    first = f"{frame}Diagnostic-Code: {code} {spoken} {remarks}".rstrip() if spoken or remarks else ""
    beside = [words for address in others if address for words in _beside(human, address, [address])] or [human]
    last = f"Action: failed {status[0]}" if status else ""
    words = tuple(words for words in (first, *beside, last) if words.strip()) or ("",)
    return _Report(recipient, words, action=_action(block.get("action", ""), status[0] if status else ""))


def _action(field: str, status: str) -> str:
    """Return what a recipient's fields say was done; where they forgot to, the status class does (RFC 3463)."""
    word = re.match(r"[a-z]+", field.strip().lower())
    return word[0] if word else {"4": "delayed", "2": "delivered"}.get(status[:1], "failed")


def _status_blocks(part: Message) -> Iterator[dict[str, str]]:
    if part.get_content_type() != "message/delivery-status":
        return
    payload = part.get_payload()
    blocks = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else [part]
    found = [{name.lower(): " ".join(str(value).split()) for name, value in block.items()} for block in blocks]
    recipients = [block for block in found if "final-recipient" in block or "original-recipient" in block]
    if recipients:
        yield from recipients
    elif not isinstance(payload, list) or len(found) == 1:
        yield from (block for block in _blocks(plain_text(part, every=True)) if block)


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """Read the fields of RFC 3464 from a text that was pasted or is not well formed."""
    unfolded = re.sub(r"\n[ \t]+", " ", text.replace("\r\n", "\n"))
    block: dict[str, str] = {}
    names = "final-recipient|original-recipient|action|status|diagnostic-code|remote-mta"
    for match in re.finditer(rf"^[ \t>]*({names}):[ \t]*(.*)$", unfolded, re.IGNORECASE | re.MULTILINE):
        name = match[1].lower()
        if name in block and name in ("final-recipient", "action"):
            yield block
            block = {}
        block[name] = match[2].strip()
    if block:
        yield block


def _japanese(field: str) -> str:
    """Decode a field that holds ISO-2022-JP as it is (RFC 1468), as Domino and Notes write it."""
    if "\x1b$" not in field:
        return field
    return field.encode("ascii", "replace").decode("iso2022_jp", "replace")


def _failed(mail: Message) -> dict[str, str]:
    """Return the recipients that a known form of report names, each with what was done."""
    # Imported late: only mails need it.
    from flufl.bounce import all_failures

    try:
        temporary, permanent = all_failures(mail)
    except Exception:
        return {}
    actions = dict.fromkeys(temporary, "delayed") | dict.fromkeys(permanent, "failed")
    return {address.decode("utf-8", "replace"): actions[address] for address in sorted(actions)}


def _addresses(field: str) -> list[str]:
    """Read the header that Exim and Gmail write."""
    return [address.strip() for address in str(field).split(",") if "@" in address]


def _address(field: str) -> str | None:
    value = _TYPED.sub("", field).strip().strip("<>")
    return value if "@" in value else None
