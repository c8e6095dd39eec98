"""Results of tests and probes for people: what was reached, what went wrong, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailspec.outcome.mail import PROVEN_WORDS, TestResult
from mailspec.outcome.sentence import shorten_list
from mailspec.render.painter import Painter
from mailspec.render.proven import proven_word
from mailspec.text.escape import terminal

_WORDS = {
    "secret": "reading the secret",
    "dns": "looking up the host",
    "connect": "connecting",
    "greeting": "waiting for the greeting",
    "tls": "the TLS handshake",
    "starttls": "STARTTLS",
    "auth": "signing in",
    "sign_in": "getting an access token",
    "mail_from": "naming the sender",
    "rcpt_to": "naming the recipient",
    "data": "handing over the message",
}
# So many with one reason are named one by one; of more, some are.
_HANDFUL = 5
_NAMED = 3
_SEVERITY = {"failed": "error", "skipped": "warning"}


def results_text(
    results: Sequence[TestResult], *, colour: bool = False, verbose: bool = False, quiet: bool = False
) -> str:
    """Return one block a result; good ones in one line. ``quiet`` leaves only what failed.

    What failed comes last, where a terminal still shows it, each cause in one place. Where many were skipped for the
    same reason, one line tells it; ``verbose`` names each.
    """
    painter = Painter(colour)
    many = {} if verbose else _many_skipped(results)
    lines: list[str] = []
    for result in results:
        if quiet or result.status == "failed" or (result.status == "skipped" and (result.reason or "") in many):
            continue
        lines += _result(result, painter, verbose=verbose)
    if not quiet:
        lines += [_together(names, reason, painter) for reason, names in many.items()]
    causes: dict[tuple[str, str], list[TestResult]] = {}
    for result in results:
        if result.status == "failed":
            causes.setdefault((str(result.stage), str(result.category)), []).append(result)
    for failures in causes.values():
        for result in failures:
            lines += _result(result, painter, verbose=verbose)
    if len(results) > 1 and not quiet:
        counts = {
            status: sum(r.status == status for r in results) for status in ("sent", "passed", "failed", "skipped")
        }
        lines.append(", ".join(f"{count} {status}" for status, count in counts.items() if count) + ".")
    return "\n".join(lines)


def _many_skipped(results: Sequence[TestResult]) -> dict[str, list[str]]:
    """Return who was skipped for each reason that more than a handful share."""
    together: dict[str, list[str]] = {}
    for result in results:
        if result.status == "skipped":
            together.setdefault(result.reason or "", []).append(_name(result))
    return {reason: names for reason, names in together.items() if len(names) > _HANDFUL}


def _together(names: list[str], reason: str, painter: Painter) -> str:
    who = shorten_list(map(painter.bold, names), _NAMED)
    return f"{painter.severity('warning', 'skipped')} {who}: {terminal(reason)}; proven: {PROVEN_WORDS['nothing']}"


def _name(result: TestResult) -> str:
    return terminal(f"{result.kind} {result.name}" if result.kind != result.name else result.name)


def _result(result: TestResult, painter: Painter, *, verbose: bool) -> Iterator[str]:
    status = painter.severity(_SEVERITY.get(result.status, ""), result.status)
    name = painter.bold(_name(result))
    duration = f" ({result.seconds:.2f} s)" if result.seconds else ""
    if result.status in {"sent", "passed"}:
        reply = f": {terminal(result.server_reply)}" if verbose and result.server_reply else ""
        if result.reason and (verbose or result.proven == "handed_over"):
            reply = f": {terminal(result.reason)}{reply}"
        yield f"{status} {name}{duration}, {proven_word(result)}{reply}"
        return
    if result.status == "skipped":
        yield f"{status} {name}: {terminal(result.reason or '')}; {proven_word(result)}"
        return
    where = f" at {_WORDS[result.stage]}" if result.stage else ""
    what = "/".join(part for part in (result.category, result.detail) if part)
    yield f"{status} {name}{where}{f' ({what})' if what else ''}{duration}, {proven_word(result)}"
    if result.reason:
        yield f"  {terminal(result.reason)}"
    if result.server_reply and result.server_reply != result.reason:
        yield f"  {painter.bold('server')}: {terminal(result.server_reply)}"
    if result.advice:
        yield f"  {painter.bold('help')}: {terminal(result.advice)}"
