"""Results of tests and probes for people: what was reached, what went wrong, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailspec.outcome.mail import TestResult
from mailspec.render.as_text import Painter
from mailspec.text.escape import terminal

_WORDS = {
    "secret": "reading the secret",
    "dns": "looking up the host",
    "connect": "connecting",
    "greeting": "waiting for the greeting",
    "tls": "the TLS handshake",
    "starttls": "STARTTLS",
    "auth": "signing in",
    "mail_from": "naming the sender",
    "rcpt_to": "naming the recipient",
    "data": "handing over the message",
}
_SEVERITY = {"failed": "error", "skipped": "warning"}


def results_text(
    results: Sequence[TestResult], *, colour: bool = False, verbose: bool = False, quiet: bool = False
) -> str:
    """Return one block a result; good ones in one line. ``quiet`` leaves only what failed."""
    painter = Painter(colour)
    chosen = [result for result in results if not quiet or result.status == "failed"]
    lines = [line for result in chosen for line in _result(result, painter, verbose=verbose)]
    if len(results) > 1 and not quiet:
        counts = {
            status: sum(r.status == status for r in results) for status in ("sent", "passed", "failed", "skipped")
        }
        lines.append(", ".join(f"{count} {status}" for status, count in counts.items() if count) + ".")
    return "\n".join(lines)


def _result(result: TestResult, painter: Painter, *, verbose: bool) -> Iterator[str]:
    status = painter.severity(_SEVERITY.get(result.status, ""), result.status)
    name = painter.bold(terminal(f"{result.kind} {result.name}" if result.kind != result.name else result.name))
    told = f" ({result.seconds:.2f} s)" if result.seconds else ""
    if result.status in {"sent", "passed"}:
        reply = f": {terminal(result.server_reply)}" if verbose and result.server_reply else ""
        yield f"{status} {name}{told}{reply}"
        return
    if result.status == "skipped":
        yield f"{status} {name}: {terminal(result.reason or '')}"
        return
    where = f" at {_WORDS[result.stage]}" if result.stage else ""
    what = "/".join(part for part in (result.category, result.detail) if part)
    yield f"{status} {name}{where}{f' ({what})' if what else ''}{told}"
    if result.reason:
        yield f"  {terminal(result.reason)}"
    if result.server_reply and result.server_reply != result.reason:
        yield f"  {painter.bold('server')}: {terminal(result.server_reply)}"
    if result.advice:
        yield f"  {painter.bold('help')}: {terminal(result.advice)}"
