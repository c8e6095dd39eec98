"""The queue as text: messages, what came back, and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from mailspec.outcome.delivery import Letter, Trouble
from mailspec.outcome.queue import Bounce, Counts, Numbers
from mailspec.render.words import count
from mailspec.text.escape import terminal


def messages_text(messages: Sequence[Letter], total: int) -> str:
    """Return a table of messages, a line each, with the first recipient and what stands in the way."""
    if not messages:
        return "No messages."
    lines = []
    for entry in messages:
        first = entry.recipients[0].address if entry.recipients else ""
        more = f" +{len(entry.recipients) - 1}" if len(entry.recipients) > 1 else ""
        why = _why(entry)
        subject = f"  {entry.subject}" if entry.subject else ""
        lines.append(terminal(f"{entry.id[:8]}  {entry.state:<7}  {when(entry.created)}  {first}{more}{subject}{why}"))
    if total > len(messages):
        lines.append(f"... and {total - len(messages)} more (--all)")
    return "\n".join(lines)


def message_text(entry: Letter, now: float, bounces: Sequence[Bounce] = ()) -> str:
    """Return everything that is known of one message."""
    rows: list[tuple[str, str]] = [
        ("Id", entry.id),
        ("State", entry.state + (" (it may have arrived: the server had all of it)" if entry.doubtful else "")),
        ("Kind", entry.kind),
        ("Subject", entry.subject),
        ("Message-ID", entry.message_id),
        ("Sends", f"{entry.sender} ({entry.origin})"),
        ("Envelope from", entry.envelope_from),
        ("Accepted", when(entry.created)),
        ("Attempts", str(entry.attempts)),
        ("Sent", f"{when(entry.sent)} by {entry.via}" if entry.sent is not None else ""),
        ("Waits", f"for {entry.waits_for}, until {when(entry.due)}" if entry.due and entry.due > now else ""),
    ]
    rows += [
        ("Recipient", f"{recipient.address}: {recipient.state}{_short(recipient.trouble)}")
        for recipient in entry.recipients
    ]
    if entry.trouble is not None:
        trouble = entry.trouble
        rows += [
            ("Trouble", trouble.reason),
            ("Category", "/".join(filter(None, (trouble.category, trouble.detail)))),
            ("Stage", trouble.stage or ""),
            ("Server", trouble.server_reply or ""),
            ("Account", trouble.account or ""),
            ("Cure", trouble.advice or ""),
        ]
    for bounce in bounces:
        cause = bounce.trouble
        rows += [
            ("Came back" if bounce.action == "failed" else "Is late", f"{bounce.recipient}, {when(bounce.at)}"),
            ("Category", "/".join(filter(None, (cause.category, cause.detail)))),
            ("Server", cause.server_reply or ""),
            ("Cure", cause.advice or ""),
        ]
    return "\n".join(terminal(f"{label + ':':<15}{value}") for label, value in rows if value)


def bounces_text(
    found: Sequence[tuple[str, Bounce]], others: int, no_reports: int, problems: Sequence[tuple[str, str]]
) -> str:
    """Return what mails reported, each with its message's id, and the number of mails that reported nothing of ours."""
    lines = [
        f"{id[:8]}  {bounce.action:<7}  {when(bounce.at)}  {bounce.recipient}"
        f"  ({'/'.join(filter(None, (bounce.trouble.category, bounce.trouble.detail)))})"
        f": {bounce.trouble.server_reply or bounce.trouble.reason}"
        for id, bounce in found
        if bounce.new
    ]
    failed = sum(bounce.action == "failed" and bounce.new for _id, bounce in found)
    known = sum(not bounce.new for _id, bounce in found)
    lines.append(f"Counted {count(failed, 'bounce')}.")
    if known:
        lines.append(f"{known} had been counted before.")
    if others:
        lines.append(f"{count(others, 'mail')} spoke of no message of this queue.")
    if no_reports:
        lines.append(f"{count(no_reports, 'mail')} answered a message and reported no failure.")
    lines += [f"{place} was not read: {reason}." for place, reason in problems]
    return "\n".join(terminal(line) for line in lines)


def numbers_text(numbers: Numbers) -> str:
    """Return the numbers as a table."""
    total = numbers.total
    lines = [
        f"Last 24 hours, {when(numbers.at)}",
        f"  sent {total.sent}   failed {total.failed}   bounced {total.bounced} ({rate(total)})"
        f"   average {seconds(total)}",
        f"  queued {total.queued}   dead {total.dead}   workers {numbers.workers}",
    ]
    if numbers.oldest is not None:
        lines.append(f"  oldest waiting message: {numbers.oldest:.0f} s")
    if numbers.doubtful:
        lines.append(f"  {numbers.doubtful} may have arrived twice: sent whole, without an answer")
    for title, groups in (("Configuration", numbers.configurations), ("Mailing", numbers.mailings)):
        if groups:
            lines += ["", *_table(title, groups)]
    lines += [
        terminal(f"{entry.via} stands in for {entry.configuration} since {when(entry.since)}: {entry.reason}")
        for entry in numbers.standing
    ]
    return "\n".join(lines)


def when(seconds: float | None) -> str:
    """Return a time for people, in UTC."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _why(entry: Letter) -> str:
    if entry.state == "waiting":
        return f"  (waits for {entry.waits_for} until {when(entry.due)}{_short(entry.trouble)})"
    return _short(entry.trouble) if entry.state == "dead" else ""


def _short(trouble: Trouble | None) -> str:
    if trouble is None:
        return ""
    reply = f": {trouble.server_reply}" if trouble.server_reply else ""
    return f" - {trouble.reason}{reply}"


def _table(title: str, groups: Mapping[str, Counts]) -> list[str]:
    width = max(len(title), *(len(name) for name in groups))
    head = ("sent", "failed", "queued", "dead", "bounced")
    lines = [f"{title:<{width}}  {'  '.join(f'{word:>7}' for word in head)}    rate  average"]
    lines += [
        terminal(
            f"{name:<{width}}  {counts.sent:>7}  {counts.failed:>7}  {counts.queued:>7}  {counts.dead:>7}"
            f"  {counts.bounced:>7}  {rate(counts):>6}  {seconds(counts)}"
        )
        for name, counts in sorted(groups.items())
    ]
    return lines


def rate(counts: Counts) -> str:
    """Return the bounce rate for people."""
    return "-" if counts.bounce_rate is None else f"{counts.bounce_rate:.1%}"


def seconds(counts: Counts) -> str:
    """Return the average time for people."""
    return "-" if counts.seconds is None else f"{float(counts.seconds):.1f} s"
