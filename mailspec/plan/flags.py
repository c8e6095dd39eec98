"""What the person who plans may choose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flags:
    """Options of plan and apply. All but ``commit`` are compared when a saved plan is applied.

    ``limit`` holds full names as :func:`mailspec.plan.limit.select` returns them, ``None`` for everything;
    ``confirmed`` holds the names given with ``--confirm-delete``,
    ``allowed`` what ``--allow`` approves; ``as_of`` is an ISO date; ``machine`` is the one that the run is
    for, empty where no target names one.
    """

    limit: tuple[str, ...] | None = None
    prune: bool = False
    confirmed: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    as_of: str = ""
    environment: str | None = None
    commit: str | None = None
    machine: str = ""
