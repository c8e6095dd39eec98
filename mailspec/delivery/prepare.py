"""Makes the engine's tables in a process of its own; the database's URL comes on standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from mailspec.delivery.database import Database
from mailspec.delivery.engine import config, quiet
from mailspec.outcome.refusal import Refusal
from mailspec.state.url import parse_url


def main() -> int:
    """Start the engine once, which makes or updates its tables, and stop it."""
    from dbos import DBOS

    quiet()
    url = parse_url(sys.stdin.read(), Path("/"), "standard input")
    if isinstance(url, Refusal):
        return 2
    DBOS(config=config(Database(url, "prepare", None), "prepare"))
    DBOS.listen_queues([])
    DBOS.launch()
    DBOS.destroy()
    return 0


if __name__ == "__main__":
    sys.exit(main())
