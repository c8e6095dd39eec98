"""Which configuration is the active one, and why there may be none."""

from __future__ import annotations

from typing import Literal, NamedTuple

from mailspec.load.spec import Spec

Verdict = Literal["declared", "only_one", "two_active", "say_which", "all_inactive", "none_declared"]


class Activation(NamedTuple):
    """The active configuration's name, or why there is none."""

    active: str | None
    verdict: Verdict
    candidates: tuple[str, ...]

    @property
    def is_off(self) -> bool:
        """Whether mail is off: none is active, and nobody has to say which one is meant."""
        return self.verdict in ("all_inactive", "none_declared")


def state_of(spec: Spec, name: str) -> str:
    """Return a configuration's declared state."""
    return str(spec.configurations[name].get("state") or "present")


def activation(spec: Spec) -> Activation:
    """Decide as SPEC "Activation" says."""
    states = {name: state_of(spec, name) for name in spec.configurations}
    entry = {name: state for name, state in states.items() if state != "absent"}
    active = [name for name, state in entry.items() if state == "active"]
    present = [name for name, state in entry.items() if state == "present"]
    if len(active) > 1:
        return Activation(None, "two_active", tuple(active))
    if active:
        return Activation(active[0], "declared", tuple(active))
    if len(entry) == 1 and present:
        return Activation(present[0], "only_one", tuple(present))
    if present:
        return Activation(None, "say_which", tuple(present))
    if entry:
        return Activation(None, "all_inactive", tuple(entry))
    return Activation(None, "none_declared", ())
