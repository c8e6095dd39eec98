"""Reading JSON that others wrote: what cannot be read is a ``ValueError``, whatever stands in it."""

from __future__ import annotations

import json
from typing import Any


def read_json(raw: str | bytes, **options: Any) -> Any:
    """Return a text's data. ``options`` are those of ``json.loads``.

    Raises:
        ValueError: it is no JSON, no UTF-8, or nested deeper than Python's own reader goes.
    """
    try:
        return json.loads(raw, **options)  # noqa: TID251 -- the one place
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
