"""The queue as a document, for the HTML report."""

from __future__ import annotations

from collections.abc import Sequence

from mailspec.outcome.delivery import Letter
from mailspec.outcome.queue import Numbers
from mailspec.render.document import Document
from mailspec.render.queue_text import rate, seconds
from mailspec.render.words import count


def queue_document(numbers: Numbers, dead: Sequence[Letter]) -> Document:
    """Return the last 24 hours and the newest dead letters."""
    total = numbers.total
    phrases = [f"{count(total.sent, 'message')} sent in 24 hours, {seconds(total)} on average"]
    phrases += [f"{total.bounced:,} came back ({rate(total)})"] if total.bounced else []
    phrases += [f"{total.queued:,} wait"]
    phrases += [count(total.dead, "dead letter")]
    if not numbers.workers and total.queued:
        phrases.append("no worker runs")
    return Document(
        title="mailspec queue",
        verdict=f"{', '.join(phrases)}.",
        ok=not total.dead,
        parts=frozenset({"queue"}),
        queue=numbers,
        dead=tuple(dead),
    )
