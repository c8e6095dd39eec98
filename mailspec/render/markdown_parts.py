"""The parts of a document as Markdown blocks, in as much detail as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from mailspec.outcome.finding import SEVERITIES, Finding
from mailspec.outcome.mail import TestResult
from mailspec.outcome.plan import Change
from mailspec.outcome.sentence import shorten_list, with_stop
from mailspec.plan.order import for_display
from mailspec.render.alike import Block, blocks
from mailspec.render.change_values import after, before
from mailspec.render.code_frames import frame
from mailspec.render.document import Document, Effect, Event
from mailspec.render.markdown_words import code, fenced, folded, framed
from mailspec.render.mermaid import effects_chart, flowchart
from mailspec.render.proven import proven_lines, proven_word
from mailspec.render.routes import Route, routes
from mailspec.render.seen_senders import seen_senders
from mailspec.render.words import SEVERITY_WORD, count, fix_command
from mailspec.text.escape import markdown

T = TypeVar("T")
# Names after which "and 12 more" follows.
_NAMES = 8


class Detail(NamedTuple):
    """How much is shown. ``entries`` is the most of each part, ``None`` for all."""

    frames: bool = True
    details: bool = True
    picture: bool = True
    entries: int | None = None


def parts(document: Document, detail: Detail) -> Iterator[str]:
    """Yield the blocks: what breaks things first, what merely is last."""
    shown = document.counted
    ordered = sorted(shown, key=lambda finding: SEVERITIES.index(finding.severity))
    effects = sorted(document.effects, key=lambda effect: not effect.destructive)
    yield from _part("What it means", effects, lambda effect: _effect(effect, detail), detail)
    if detail.picture and effects:
        yield fenced_chart(effects_chart(effects))
    changes = for_display(document.changes)
    yield from _part("Changes", changes, lambda change: _change(change, detail), detail)
    yield from _part("Findings", ordered, lambda finding: _finding(finding, document, detail), detail)
    yield from _part("Tests", document.listed_tests, lambda result: _test(result, detail), detail)
    yield from _part("Proven", proven_lines(document.accounts), lambda line: f"- {markdown(line)}", detail)
    if document.settings:
        yield from _settings(document, detail)
    yield from _part("History", document.history, _event, detail)
    yield from _part("Notes", document.notes, lambda note: f"- {markdown(with_stop(note))}", detail)


def _part(title: str, items: Sequence[T], show: Callable[[T], str], detail: Detail) -> Iterator[str]:
    kept = items if detail.entries is None else items[: detail.entries]
    if not kept:
        return
    yield f"#### {title}"
    yield "\n".join(show(item) for item in kept)
    if len(kept) < len(items):
        yield f"… and {len(items) - len(kept):,} more."


def _finding(finding: Finding, document: Document, detail: Detail) -> str:
    where = f" {code(str(finding.location))}" if finding.location else ""
    environment = f" (environment {code(finding.environment)})" if finding.environment else ""
    lines = [f"- **{SEVERITY_WORD[finding.severity]} {finding.code}**{where}{environment}: {markdown(finding.message)}"]
    if detail.frames:
        lines += _indented(framed(frame(document.texts, finding.location, longest=160)))
    if detail.details:
        lines += [f"  - {code(str(entry.location))}: {markdown(entry.message)}" for entry in finding.related]
        if finding.help:
            lines.append(f"  - help: {markdown(finding.help)}")
        if finding.fix is not None:
            lines.append(f"  - fix: {markdown(finding.fix.description)} ({code(fix_command(finding))} does it)")
    return "\n".join(lines)


def _indented(lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    return ["", *(f"  {line}" for line in fenced(lines).split("\n")), ""]


def _effect(effect: Effect, detail: Detail) -> str:
    sign = "**destructive:** " if effect.destructive else ""
    lines = [f"- {sign}{markdown(effect.headline)}"]
    if detail.details:
        lines += [f"  - {markdown(line)}" for line in effect.details]
        if effect.touched:
            lines.append(f"  - {_some(effect.touched)}")
    return "\n".join(lines)


def _change(change: Change, detail: Detail) -> str:
    where = "" if change.target == "state" else f" in {code(change.target)}"
    status = "" if change.status == "planned" else f" ({change.status.replace('_', ' ')})"
    note = f": {markdown(change.note)}" if change.note else ""
    lines = [f"- **{change.action}** {code(change.name)}{where}{status}{note}"]
    if detail.details:
        lines += [f"  - {code(field.path)}: {code(before(field))} → {code(after(field))}" for field in change.fields]
    return "\n".join(lines)


def _test(result: TestResult, detail: Detail) -> str:
    remarks = [part for part in (result.reason, result.advice) if part and detail.details]
    tail = f": {markdown(' '.join(with_stop(part) for part in remarks))}" if remarks else ""
    return f"- **{result.status}** {result.kind} {code(result.name)}, {markdown(proven_word(result))}{tail}"


def _event(event: Event) -> str:
    commit = f" at {code(event.commit)}" if event.commit else ""
    return f"- {code(event.at)} {code(event.who)}{commit}: {markdown(event.summary)} ({markdown(event.status)})"


def _settings(document: Document, detail: Detail) -> Iterator[str]:
    entry = routes(document.settings, document.active)
    yield "#### Who sends through what"
    if detail.picture:
        yield fenced_chart(flowchart(entry))
    yield "\n".join(_route(route) for route in entry[: detail.entries])
    senders = seen_senders(document.settings)
    yield from _part(
        "What recipients see", senders, lambda seen: f"- {code(seen.header)}: {_some(seen.objects)}", detail
    )
    if detail.details:
        shown_blocks = blocks(document.settings)
        body = "\n".join(line for block in shown_blocks for line in _rows(block))
        yield folded(f"Settings as they hold: {count(len(document.settings), 'object')}", body)


def _route(route: Route) -> str:
    how = f" ({markdown(route.how)})" if route.how else ""
    return f"- {code(route.server)}{how}: {_some([sender.label for sender in route.senders])}"


def fenced_chart(chart: str) -> str:
    """Return a Mermaid block. The chart's own writer leaves no backtick in it."""
    return f"```mermaid\n{chart}\n```"


def _rows(block: Block) -> Iterator[str]:
    yield f"- **{code(block.title)}**" + (f": {_some(block.names)}" if len(block.names) > 1 else "")
    for row in block.rows:
        place = f", {code(row.place)}" if row.place else ""
        yield f"  - {code(row.field)}: {code(row.value)} ({markdown(row.origin)}{place})"


def _some(names: Iterable[str]) -> str:
    return shorten_list(map(code, names), _NAMES)
