"""The queue of a project and environment, and the words of the Spec that govern it."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mailspec.delivery.database import Database, queue_url
from mailspec.delivery.retry import RetryPolicy
from mailspec.load.spec import Spec
from mailspec.outcome.refusal import Refusal
from mailspec.resolve.layers import seconds
from mailspec.state.url import OPTION, VARIABLE, parse_url
from mailspec.workflow.own_state import brought_state
from mailspec.workflow.project import ApplyRefusedError

QUEUE_LIMIT = 10_000


def database_of(spec: Spec, state: str | None) -> Database:
    """Return the queue's database; nothing is created.

    Raises:
        ApplyRefusedError: the state's URL cannot be used, or the engine is not installed.
    """
    if find_spec("dbos") is None:
        help = "pip install 'mailspec[delivery]'"
        raise ApplyRefusedError(Refusal("queue-engine", "the queue's engine is not installed", help))
    url = parse_url(state or os.environ.get(VARIABLE), Path(spec.root), OPTION if state else VARIABLE)
    if isinstance(url, Refusal):
        raise ApplyRefusedError(url)
    queue = queue_url(url)
    for path in (url.path, queue.path):
        brought = brought_state(path, Path(spec.root))
        if brought is not None:
            raise ApplyRefusedError(brought)
    return Database(queue, spec.instance_id, spec.environment)


def queue_limit(spec: Spec) -> int:
    """Return how many messages may wait."""
    declared = spec.maps["delivery"].get("queue", "limit")
    return declared if isinstance(declared, int) else QUEUE_LIMIT


def retry_policy(spec: Spec) -> RetryPolicy:
    """Return what follows a failed send."""
    retry = spec.maps["delivery"].get("retry")
    words: dict[str, Any] = retry if isinstance(retry, dict) else {}
    default = RetryPolicy()
    return RetryPolicy(
        words.get("retries", default.retries),
        default.delay if words.get("delay") is None else seconds(words["delay"]),
        words.get("backoff", default.backoff),
        words.get("dead_letter_after"),
    )
